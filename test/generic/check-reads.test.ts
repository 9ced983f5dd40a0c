import {readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {LAB_KEY} from '../../src/lib/lab/aws-lab.js'
import {type Recorder, startRecorder} from '../../src/lib/lab/recorder.js'
import type {RedisLab} from '../../src/lib/lab/redis-lab.js'
import {dialUnix} from '../../src/lib/remote/local-socket.js'
import {desk} from '../commands/desk.js'
import {outcomeOf} from '../commands/fits.js'
import {runningAws} from '../lab/running-aws.js'
import {runningAzure} from '../lab/running-azure.js'
import {runningFleet} from '../lab/running-fleet.js'
import {runningGuests, sshOf} from '../lab/running-guest.js'
import {runningRedis} from '../lab/running-redis.js'
import {runningVsphere} from '../lab/running-vsphere.js'
import {everything, type Peers} from './everything.js'

const at = desk()
const cluster = runningRedis()
const vcenter = runningVsphere({hosts: 3, vms: 4})
const account = runningAws()
const fleet = runningFleet(3)
const azure = runningAzure()
const guest = runningGuests([{name: 'read'}])
const peers = (): Peers => ({
  haproxy: at.lab(),
  redis: cluster(),
  vsphere: vcenter().lab,
  aws: account(),
  fleet: fleet(),
  azure: azure().lab,
  guest: guest('read'),
})

/** In front of each instance; remembers every command. */
const tapes: Recorder[] = []
beforeAll(async () => {
  for (const {places} of at.lab().instances)
    tapes.push(await startRecorder(`${places.socketPath}.tape`, dialUnix(places.socketPath)))
})
afterAll(() => Promise.all(tapes.map((one) => one.stop())))

async function inventory(): Promise<string> {
  const text = async ({inventoryFile}: {inventoryFile: string}) => await readFile(inventoryFile, 'utf8')
  const haproxy = (await text(at.lab())).replaceAll('.sock', '.sock.tape')
  const receivers = await text(fleet())
  const others = await Promise.all([cluster(), vcenter().lab, azure().lab].map(text))
  const linux = `linux: {all: {hosts: [{name: read, ssh: ${sshOf(guest('read'))}}]}}\n`
  const file = join(at.home(), 'redeye.yaml')
  await writeFile(file, [haproxy, receivers, ...others, linux, 'aws: {prod: {region: eu-west-1}}\n'].join(''))
  return file
}

/** What a check sends, and what the nodes of a cluster say to each other. */
const READS = ['cluster|info', 'cluster|myid', 'cluster|nodes', 'config|get', 'info', 'ping', 'replconf']

async function sentTo(lab: RedisLab): Promise<{[command: string]: number}> {
  const sent: {[command: string]: number} = {}
  for (const node of lab.nodes)
    for (const [, command = '', calls] of (await node.ask('INFO', 'commandstats')).matchAll(
      /cmdstat_(\S+?):calls=(\d+)/g,
    ))
      sent[command] = (sent[command] ?? 0) + Number(calls)
  return sent
}

/** What is on record for `--since-ok`. */
async function keptText(): Promise<string> {
  const dir = join(at.stateDir(), 'checks')
  const files = (await readdir(dir, {recursive: true})).filter((name) => name.endsWith('.json'))
  return (await Promise.all(files.map((name) => readFile(join(dir, name), 'utf8')))).join('')
}

/** What a write on a host leaves behind, whoever did it. */
const FILES =
  'find /etc /root /home /tmp /var/tmp /var/lib /usr/local -xdev -type f -printf "%p %T@ %m %s\\n" | sort'

test('a check of everything sends only reads, and every peer is as it was', async () => {
  const env = {...azure().lab.env, ...account().env, REDEYE_INVENTORY: await inventory()}
  const [before, redisBefore, filesBefore] = [
    await everything(peers()),
    await sentTo(cluster()),
    await guest('read').run(FILES),
  ]
  const outcome = outcomeOf(await at.redeye('check --json', {env}))
  expect(outcome.targets?.map(({target}) => target)).toEqual([
    'haproxy/web-lb',
    'redis/orders',
    'vsphere/dc',
    'receivers/world',
    'azure/lab',
    'aws/prod',
    'linux/all',
  ])
  const answers = outcome.targets?.map(({target, answer, because}) => ({target, answer, because}))
  // Every one of them was really asked, whatever it said.
  for (const one of answers ?? []) expect(['ok', 'no'], JSON.stringify(one)).toContain(one.answer)

  const {contacted: signedIn, ...after} = await everything(peers())
  const {contacted: _, ...then} = before
  expect(after).toEqual(then)
  expect(signedIn).toMatchObject({signIns: 3})
  for (const {restarts, asked, pushes, files} of await fleet().control.hosts())
    expect({restarts, asked, pushes, files}).toEqual({restarts: 0, asked: 0, pushes: 0, files: {}})
  expect(await guest('read').run(FILES)).toEqual(filesBefore)

  const kept = await keptText()
  expect(kept).toContain('every master has a replica in sync')
  for (const secret of [
    vcenter().lab.password,
    azure().lab.env.AZURE_CLIENT_SECRET,
    account().env.AWS_SECRET_ACCESS_KEY,
  ])
    expect(kept.includes(secret ?? ''), 'a secret was kept').toBe(false)

  const commands = tapes.flatMap((tape) => tape.commands)
  expect(commands.length).toBeGreaterThan(0)
  expect(commands.filter((one) => !/^(show |prompt$|@?$)/.test(one.trim()))).toEqual([])

  const now = await sentTo(cluster())
  const sent = Object.keys(now).filter((command) => (now[command] ?? 0) > (redisBefore[command] ?? 0))
  expect(sent).toContain('cluster|nodes')
  expect(sent.filter((command) => !READS.includes(command))).toEqual([])
})

test('accounts with profiles of their own do not mix, although a profile is of the whole process', async () => {
  const keys = `region = eu-west-1\naws_access_key_id = ${LAB_KEY}\naws_secret_access_key = lab-secret-access-key\n`
  const profile = (name: string, endpoint: string) => `[profile ${name}]\nendpoint_url = ${endpoint}\n${keys}`
  const config = join(at.home(), 'config')
  await writeFile(config, profile('there', account().proxy.endpoint) + profile('gone', 'http://127.0.0.1:1'))
  const file = join(at.home(), 'redeye.yaml')
  const targets = [
    'a: {profile: there}',
    'b: {profile: gone}',
    'c: {region: eu-west-1}',
    'd: {profile: there}',
  ]
  await writeFile(file, `aws: {${targets.join(', ')}}\n`)
  const env = {AWS_CONFIG_FILE: config, AWS_EC2_METADATA_DISABLED: 'true', REDEYE_INVENTORY: file}
  const outcome = outcomeOf(await at.redeye('check --json', {env}))
  expect(outcome.targets?.map(({target, answer}) => `${target} ${answer}`)).toEqual([
    'aws/a ok',
    'aws/b unreachable',
    'aws/c unreachable',
    'aws/d ok',
  ])
})

test('a doctor looks at the same inventory without opening any of its targets', async () => {
  const env = {...azure().lab.env, ...account().env, REDEYE_INVENTORY: await inventory()}
  const before = await everything(peers())
  const {findings, exit} = outcomeOf(await at.redeye('doctor --offline --json', {env}))
  expect(await everything(peers())).toEqual(before)
  expect({exit, bad: findings.filter(({level}) => level === 'refuse')}).toEqual({exit: 0, bad: []})
  const seen = findings.map(({id, saw}) => `${id}: ${saw}`)
  expect(seen).toContain('known-hosts/pinned: receivers/world: all 3 keys are pinned')
  expect(seen).toContain('ssh/fleet-keys: 1 of 1 keys of fleets can be used')
  expect(seen).toContain('known-hosts/key: 1 of 1 host keys are known or pinned')
})
