import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {runningRedis} from '../lab/running-redis.js'
import {rolesOf} from '../runbooks/redis/states.js'
import {words} from './home.js'
import type {Ended} from './redeye.js'
import {redisDesk} from './redis-desk.js'

const SECRET = 'correct-horse-staple'

const at = redisDesk({password: SECRET})
const encrypted = runningRedis({tls: true, masters: 3, replicasPer: 1})

const AS_BUILT = {n1: '0-5460', n2: '5461-10922', n3: '10923-16383', n4: 'n1', n5: 'n2', n6: 'n3'}
const FAILOVER = 'redis failover --slot 0 --yes'

function keepsSecret(ended: Ended): void {
  for (const part of ['horse', 'staple']) expect(words(ended)).not.toContain(part)
}

async function kept(): Promise<string> {
  const dir = join(at.home(), 'state')
  const names = await readdir(dir, {recursive: true, withFileTypes: true})
  const files = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
  return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n')
}

describe('a password', () => {
  test('that is missing: NOAUTH, 10, and what to add', async () => {
    const file = await at.inventory(`seeds: ${at.seeds()}`)
    for (const command of [FAILOVER, 'redis status', 'redis check']) {
      const ended = await at.redeye(`${command} --inventory ${file}`)
      expect(ended, words(ended)).toMatchObject({code: 10})
      expect(words(ended)).toContain('NOAUTH')
      expect(words(ended)).toContain('The inventory has no password for this cluster')
    }
    expect(await at.runs()).toEqual([])
  })

  test('that is wrong: WRONGPASS, 10, and it is not shown', async () => {
    const file = await at.inventory(`seeds: ${at.seeds()}\npassword: {env: REDIS_PASSWORD}`)
    const ended = await at.redeye(`${FAILOVER} --inventory ${file}`, {env: {REDIS_PASSWORD: 'wrong-staple'}})
    expect(ended, words(ended)).toMatchObject({code: 10})
    expect(words(ended)).toContain('WRONGPASS')
    keepsSecret(ended)
    expect(await at.runs()).toEqual([])
  })

  test('from the environment: it works, and is neither shown nor kept', async () => {
    const file = await at.inventory(`seeds: ${at.seeds()}\npassword: {env: REDIS_PASSWORD}`)
    const env = {REDIS_PASSWORD: SECRET, REDEYE_INVENTORY: file}
    for (const command of ['inventory show', 'redis status', 'redis status --json', `${FAILOVER} --json`]) {
      const ended = await at.redeye(command, {env})
      expect(ended, words(ended)).toMatchObject({code: 0})
      keepsSecret(ended)
    }
    const journal = await kept()
    expect(journal).toContain('CLUSTER FAILOVER')
    expect(journal).not.toContain('horse')
    expect(await rolesOf(at.lab())).toEqual({...AS_BUILT, n1: 'n4', n4: '0-5460'})
  })
})

describe('an ACL user', () => {
  const NEEDED = [
    '+ping',
    '+info',
    '+role',
    '+cluster|nodes',
    '+cluster|info',
    '+cluster|myid',
    '+config|get',
  ]
  const user = async (...rules: string[]) => {
    for (const one of at.lab().nodes)
      await one.ask('ACL', 'SETUSER', 'ops', 'reset', 'on', `>${SECRET}`, ...rules)
    return await at.inventory(`seeds: ${at.seeds()}\nuser: ops\npassword: {env: REDIS_PASSWORD}`)
  }
  const ops = (command: string, file: string) =>
    at.redeye(`${command} --inventory ${file}`, {env: {REDIS_PASSWORD: SECRET}})

  test('that may not look is turned away before anything: NOPERM, 10', async () => {
    const ended = await ops(FAILOVER, await user('+ping'))
    expect(ended, words(ended)).toMatchObject({code: 10})
    expect(words(ended)).toContain('NOPERM')
    expect(words(ended)).toContain('+cluster|failover')
    expect(await at.runs()).toEqual([])
  })

  test('that may look but not fail over: NOPERM names the command, and roles stay', async () => {
    const ended = await ops(FAILOVER, await user(...NEEDED))
    expect(ended, words(ended)).toMatchObject({code: 5})
    expect(words(ended)).toContain('CLUSTER FAILOVER: NOPERM')
    keepsSecret(ended)
    expect(await rolesOf(at.lab())).toEqual(AS_BUILT)
  })

  test('without CONFIG: what is not known is a warning, and the failover works', async () => {
    const rules = NEEDED.filter((one) => one !== '+config|get')
    const ended = await ops(FAILOVER, await user(...rules, '+cluster|failover'))
    expect(ended, words(ended)).toMatchObject({code: 0})
    expect(words(ended)).toContain('CONFIG is not allowed')
    expect(await rolesOf(at.lab())).toEqual({...AS_BUILT, n1: 'n4', n4: '0-5460'})
  })
})

describe('TLS with a private authority', () => {
  const lines = async () => {
    const text = await readFile(encrypted().inventoryFile, 'utf8')
    return text
      .split('\n')
      .slice(2)
      .map((line) => line.slice(4))
      .join('\n')
      .trimEnd()
  }

  test('works', async () => {
    const ended = await at.redeye(`redis check --inventory ${encrypted().inventoryFile}`)
    expect(ended, words(ended)).toMatchObject({code: 0})
  })

  test('and a wrong name: 10, and which names the certificate has', async () => {
    const file = await at.inventory(
      (await lines()).replace(/servername: .*/, 'servername: other.example.net'),
    )
    const ended = await at.redeye(`${FAILOVER} --inventory ${file}`)
    expect(ended, words(ended)).toMatchObject({code: 10})
    expect(words(ended)).toContain('other.example.net')
    expect(words(ended)).toContain('Check tls (ca, cert, key, servername)')
  })

  test('unknown authority: 10', async () => {
    const file = await at.inventory((await lines()).replace(/\n {2}ca: .*/, ''))
    const ended = await at.redeye(`redis check --inventory ${file}`)
    expect(ended, words(ended)).toMatchObject({code: 10})
    expect(words(ended)).toContain('certificate')
  })

  test('not spoken by the client: 10', async () => {
    const seeds = `[${encrypted()
      .nodes.map(({announced}) => announced)
      .join(', ')}]`
    const ended = await at.redeye(`redis check --inventory ${await at.inventory(`seeds: ${seeds}`)}`)
    expect(ended, words(ended)).toMatchObject({code: 10})
  })
})
