import {readdir, readFile, writeFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'
import {afterEach, describe, expect, test} from 'vitest'
import {CHECKS, RUNBOOKS} from '../../src/lib/cli/registry.js'
import type {AnyRunbook} from '../../src/lib/engine/runbook.js'
import type {AnyStep} from '../../src/lib/engine/step.js'
import {awsBucketEstate} from '../../src/lib/lab/aws-bucket-estate.js'
import {awsNetworkEstate} from '../../src/lib/lab/aws-network-estate.js'
import type {LabRedisNode} from '../../src/lib/lab/redis-node.js'
import {until} from '../../src/lib/lab/until.js'
import {desk} from '../commands/desk.js'
import {outcomeOf} from '../commands/fits.js'
import {runningAws} from '../lab/running-aws.js'
import {runningAzure} from '../lab/running-azure.js'
import {runningFleet} from '../lab/running-fleet.js'
import {runningGuests, sshOf} from '../lab/running-guest.js'
import {labNode, runningRedis} from '../lab/running-redis.js'
import {runningVsphere} from '../lab/running-vsphere.js'
import {type TcpClients, tcpClients} from '../runbooks/haproxy/clients.js'
import {raw} from '../runbooks/haproxy/states.js'
import {everything} from './everything.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

interface Described {
  id: string
  pluginName: string
  summary?: string
  flags: Record<string, unknown>
}

const manifest = JSON.parse(await readFile(`${ROOT}oclif.manifest.json`, 'utf8'))
// Those of the plugins are not ours to judge.
const commands = Object.values<Described>(manifest.commands).filter(({pluginName}) => pluginName === 'redeye')

const at = desk()
const cluster = runningRedis()
const fleet = runningFleet(3)
const guest = runningGuests([{name: 'walk'}])
let clients: TcpClients | undefined
let masterMoved = false
afterEach(async () => {
  clients?.end()
  if (masterMoved) {
    const n4 = labNode(cluster(), 'n4')
    await n4.ask('CONFIG', 'SET', 'cluster-replica-no-failover', 'no')
    await cluster().restore()
  }
  masterMoved = false
})

/** Without VMs on its last host. */
const vcenter = runningVsphere({hosts: 3, vms: 4})
async function inMaintenance(host: string, is: boolean): Promise<void> {
  const {vms} = await vcenter().lab.control.state()
  await vcenter().lab.control.place(Object.fromEntries(vms.map(({name}, at) => [name, `DC0_C0_H${at % 2}`])))
  await vcenter().lab.control.host({host, inMaintenance: is})
}

const account = runningAws()
/** Two instances behind a load balancer; the first one is impaired. */
async function web(): Promise<void> {
  const {estate, overlays} = account()
  const ids = [
    await estate.instance({name: 'web-1', publicIp: false}),
    await estate.instance({name: 'web-2', publicIp: false}),
  ]
  const group = await estate.targetGroup('web', 80)
  for (const id of ids) await estate.register(group, id)
  overlays().life.set(ids[0] ?? '', {checks: {system: 'impaired'}})
}
async function detached(): Promise<void> {
  await web()
  expect((await aws('aws target detach web-1 --yes')).code).toBe(0)
}

const network = () => awsNetworkEstate(account().ask)
/** Ids that only the account knows, in place of those in the command lines below. */
const made = new Map<string, string>()
const blocked = (rule: string) => made.set('sgr-0123456789abcdef0', rule)
const denied = (subnet: string) => made.set('subnet-0123456789abcdef0', subnet)
const named = (args: string) => [...made].reduce((text, [id, now]) => text.replace(id, now), args)

const aws = (args: string) => at.redeye(named(args), {env: account().env})
const vsphere = (args: string) => at.redeye(args, {env: {REDEYE_INVENTORY: vcenter().lab.inventoryFile}})
const redis = (args: string) => at.redeye(args, {env: {REDEYE_INVENTORY: cluster().inventoryFile}})
const azure = runningAzure()
const azureCli = (args: string) =>
  at.redeye(args, {env: {...azure().lab.env, REDEYE_INVENTORY: azure().lab.inventoryFile}})
const receivers = (args: string) => at.redeye(args, {env: {REDEYE_INVENTORY: fleet().inventoryFile}})
const linux = async (args: string) => {
  const file = `${at.home()}/linux.yaml`
  await writeFile(file, `linux: {all: {hosts: [{name: walk, ssh: ${sshOf(guest('walk'))}}]}}\n`)
  return await at.redeye(args, {env: {REDEYE_INVENTORY: file}})
}
const runIn = (id: string) =>
  ({redis, vsphere, receivers, azure: azureCli, aws, linux})[id.split('.')[0] ?? ''] ?? at.redeye
const peers = () => ({
  haproxy: at.lab(),
  redis: cluster(),
  vsphere: vcenter().lab,
  aws: account(),
  fleet: fleet(),
  azure: azure().lab,
  guest: guest('walk'),
})
const isMaster = async (node: LabRedisNode) => (await node.ask('ROLE')).startsWith('master')

/** `n4`, on the machine of `n2`, becomes the master of `n1`. */
async function moveMaster(): Promise<void> {
  masterMoved = true
  expect((await redis('redis failover --slot 0 --yes')).code).toBe(0)
}

/** Dead, and nobody replaces it. */
async function killMaster(): Promise<void> {
  masterMoved = true
  const [n1, n4] = [labNode(cluster(), 'n1'), labNode(cluster(), 'n4')]
  await n4.ask('CONFIG', 'SET', 'cluster-replica-no-failover', 'yes')
  await n1.kill()
  const failed = () => n4.ask('CLUSTER', 'NODES').then((table) => table.includes('master,fail '))
  expect(await until(failed, 20_000)).toBe(true)
  expect(await isMaster(n4)).toBe(false)
}

/** A command line that reaches each runbook with something to do, and what it needs before. */
const REACHED_BY: Record<string, {command: string; behind?: string; before?: () => Promise<unknown>}> = {
  'haproxy.drain': {command: 'haproxy drain app/s2 --then maint --on-timeout kill'},
  'haproxy.ready': {
    command: 'haproxy ready app/s2',
    before: () => raw(at.lab(), 'set server app/s2 state maint'),
  },
  'haproxy.maint-now': {command: 'haproxy maint app/s2 --now'},
  'haproxy.kill-sessions': {
    command: 'haproxy kill-sessions tcpapp/s2',
    before: async () => {
      clients = await tcpClients(at.lab().instances[0]?.places.tcpPort ?? 0, 4)
      await raw(at.lab(), 'set server tcpapp/s2 state drain')
    },
  },
  'haproxy.weight': {command: 'haproxy weight weighted/s3 50'},
  'redis.failover': {command: 'redis failover --slot 0'},
  'redis.evacuate': {command: 'redis evacuate rack-a --override concentration --reason walk'},
  'redis.balance': {command: 'redis balance', before: moveMaster},
  'redis.restore': {command: 'redis restore 2', before: moveMaster},
  'redis.force-failover': {command: 'redis force-failover --slot 0', before: killMaster},
  'vsphere.host.evacuate': {command: 'vsphere host evacuate DC0_C0_H1'},
  'vsphere.host.restore': {
    command: 'vsphere host restore DC0_C0_H2 --override mm-foreign --reason walk',
    before: () => inMaintenance('DC0_C0_H2', true),
  },
  'vsphere.host.reboot': {
    command: 'vsphere host reboot DC0_C0_H2',
    before: () => inMaintenance('DC0_C0_H2', true),
  },
  'aws.instance.recover': {command: 'aws instance recover web-1', before: web},
  'aws.ssm.run': {
    command: 'aws ssm run --instances mi-0123456789abcdef0 --command true',
    before: async () =>
      account().overlays().nodes.set({
        InstanceId: 'mi-0123456789abcdef0',
        PingStatus: 'Online',
        PlatformType: 'Linux',
        AgentVersion: '3.2.1',
      }),
  },
  'aws.sg.allow': {
    command: 'aws sg allow web --ingress tcp:8443 --from 203.0.113.7 --for 2h',
    before: () => network().securityGroup('web'),
  },
  'aws.sg.block': {
    command: 'aws sg block web --rule sgr-0123456789abcdef0',
    before: async () => {
      const group = await network().securityGroup('web')
      blocked(await network().letIn(group, {port: 443, cidr: '198.51.100.0/24'}))
    },
  },
  'aws.sg.sweep': {
    command: 'aws sg sweep',
    before: async () => {
      const group = await network().securityGroup('web')
      const tags = {'redeye:mark': 'abcdef12', 'redeye:expires': '2020-01-01T00:00:00Z'}
      await network().letIn(group, {port: 443, cidr: '198.51.100.0/24', tags})
    },
  },
  'aws.nacl.deny': {
    command: 'aws nacl deny subnet-0123456789abcdef0 --from 203.0.113.0/24',
    before: async () => denied((await network().subnet()).id),
  },
  'aws.rds.failover': {
    command: 'aws rds failover orders',
    before: () =>
      account().ask('rds', 'CreateDBInstance', {
        DBInstanceIdentifier: 'orders',
        DBInstanceClass: 'db.r6g.large',
        Engine: 'postgres',
        AllocatedStorage: '20',
        MasterUsername: 'lab',
        MasterUserPassword: 'lab-password',
        MultiAZ: 'true',
      }),
  },
  'aws.s3.lockdown': {
    command: 'aws s3 lockdown invoices',
    before: async () => {
      await awsBucketEstate(account().proxy.endpoint).bucket('invoices')
      account().proxy.forget()
    },
  },
  'aws.target.detach': {command: 'aws target detach web-1', before: web},
  'aws.target.attach': {command: 'aws target attach 2', before: detached},
  'receivers.restart': {command: 'receivers restart canary'},
  'receivers.push': {command: 'receivers push package.json /etc/redeye.json canary'},
  'receivers.exec': {command: 'receivers exec canary', behind: ' -- uname -r'},
  'receivers.reboot': {command: 'receivers reboot canary'},
  'azure.vm.recover': {
    command: 'azure vm recover web-1',
    before: () => azure().lab.control.vm('web-1', {agent: {ready: false, at: 0}}),
  },
  'azure.vm.restart': {command: 'azure vm restart web-1'},
  'azure.vm.redeploy': {command: 'azure vm redeploy web-1'},
  'azure.vm.cycle': {command: 'azure vm cycle web-1'},
  'azure.vmss.recover': {command: 'azure vmss recover front --instance 0,1'},
  'azure.run': {command: `azure run web-1 --script ${ROOT}bin/run.js`},
  'linux.service.restart': {command: 'linux service restart good walk'},
  'linux.reboot': {command: 'linux reboot walk --override reboot-loop --reason walk'},
  'linux.disk.clean': {
    command: 'linux disk clean walk --class tmp',
    before: () =>
      guest('walk').run(
        'touch -d "20 days ago" /var/tmp/old; echo x >/var/tmp/old; touch -d "20 days ago" /var/tmp/old',
      ),
  },
}

describe('runbooks', () => {
  test('have ids of the form system.verb or system.noun.verb and a summary, and each is walked here', async () => {
    for (const [id, load] of [...Object.entries(RUNBOOKS), ...Object.entries(CHECKS)]) {
      const loaded = await load()
      expect(loaded.id).toBe(id)
      expect(id).toMatch(/^[a-z]+(\.[a-z][a-z\d]*(-[a-z]+)*)+$/)
    }
    for (const load of Object.values(RUNBOOKS)) expect((await load()).summary).toMatch(ONE_LINE)
    const ids = [...Object.keys(RUNBOOKS), ...Object.keys(CHECKS)]
    expect(new Set(ids).size).toBe(ids.length)
    expect(Object.keys(REACHED_BY).sort()).toEqual(Object.keys(RUNBOOKS).sort())
  })

  test.each(Object.keys(RUNBOOKS))('%s is reached by a command whose dry run writes nothing', async (id) => {
    const {command = '', behind = '', before} = REACHED_BY[id] ?? {}
    await before?.()
    const [then, runs] = [await everything(peers()), await at.runs()]
    const ended = await runIn(id)(`${command} --dry-run --json${behind}`)
    const {verdict, runbook, plan} = outcomeOf(ended)
    expect({verdict, runbook}).toEqual({verdict: 'planned', runbook: id})
    expect(await everything(peers())).toEqual(then)
    expect(await at.runs()).toEqual(runs)

    const steps = plan?.stages.flatMap((stage) => stage.steps) ?? []
    expect(steps.filter((step) => step.reached !== true).length).toBeGreaterThan(0)
    // Fleets are not looked at before their turn.
    for (const step of steps) if (step.reached !== null) expect(step.saw, step.id).toMatch(ONE_LINE)
    const load = RUNBOOKS[id]
    if (!load || !plan) throw new Error('no plan')
    const {document} = plan
    everyStepIsDecided(await load(), document.input, document.facts, document.steps)
  })
})

const ONE_LINE = /^\S[^\n]*[^.\s]$/

/** Stages are pure: they are built again from the plan alone. */
function everyStepIsDecided(runbook: AnyRunbook, input: unknown, facts: unknown, planned: string[]): void {
  const stages = runbook.stages(undefined, input, facts)
  for (const stage of stages) expect(stage.says, stage.id).toMatch(ONE_LINE)
  const steps: AnyStep[] = stages.flatMap((stage) => stage.steps)
  expect(steps.map((step) => step.id)).toEqual(planned)
  expect(new Set(planned).size).toBe(planned.length)
  for (const {id, says, patienceMs, undo, apply, irreversible} of steps) {
    expect(id).toMatch(/^\S+$/)
    expect(says, id).toMatch(ONE_LINE)
    expect(patienceMs, id).toBeGreaterThan(0)
    expect(undo.kind === 'restore' ? undo.says : undo.why, id).toMatch(ONE_LINE)
    if (irreversible !== undefined) expect({id, undo: undo.kind}).toEqual({id, undo: 'leave'})
    if (!apply) expect({id, undo: undo.kind}).toEqual({id, undo: 'leave'})
  }
}

describe('commands', () => {
  const EVERY = ['inventory', 'json', 'log-level']
  const CHANGE = ['dry-run', 'yes', 'confirm', 'on-failure', 'wait-lock', 'hold-before', 'progress']
  const GUARDED = ['reason', 'ticket', 'override']

  test('have an id of their own and a summary', () => {
    expect(new Set(commands.map(({id}) => id)).size).toBe(commands.length)
    for (const {id, summary} of commands) {
      expect(id).toMatch(/^[a-z]+(:[a-z][a-z\d]*(-[a-z]+)*)*$/)
      expect(summary, id).toMatch(ONE_LINE)
    }
  })

  test('share their flags', () => {
    const words = Object.values(REACHED_BY).map(({command}) => command.split(' ').join(':'))
    const ids = commands.map(({id}) => id).sort((a, b) => b.length - a.length)
    // `linux disk` is a command of its own beside `linux disk clean`: the longest one is meant.
    const runbooks = words.map((one) => ids.find((id) => one.startsWith(`${id}:`)))
    for (const {id, flags} of commands) {
      const has = (names: readonly string[]) => names.filter((name) => !(name in flags))
      expect({id, lacks: has(EVERY)}).toEqual({id, lacks: []})
      const isRunbook = runbooks.includes(id)
      if (isRunbook || ['apply', 'runs:resume', 'runs:undo'].includes(id))
        expect({id, lacks: has(CHANGE)}).toEqual({id, lacks: []})
      if (isRunbook) expect({id, lacks: has([...GUARDED, 'out'])}).toEqual({id, lacks: []})
    }
  })

  test.each(commands.map(({id}) => id.replaceAll(':', ' ')))('%s --help fits 80 columns', async (command) => {
    const {code, stdout, stderr} = await at.redeye(`${command} --help`)
    expect({code, stderr}).toEqual({code: 0, stderr: ''})
    expect(stdout).toContain(`$ redeye ${command}`)
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
  })
})

test('files stay small: one idea each', async () => {
  for (const [dir, most] of [
    ['src/commands', 120],
    ['src', 300],
  ] as const)
    for (const file of await readdir(`${ROOT}${dir}`, {recursive: true})) {
      if (!file.endsWith('.ts')) continue
      const lines = (await readFile(`${ROOT}${dir}/${file}`, 'utf8')).trimEnd().split('\n').length
      expect(lines, `${dir}/${file}`).toBeLessThanOrEqual(most)
    }
})
