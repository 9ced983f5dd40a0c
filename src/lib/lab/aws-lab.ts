import {mkdir} from 'node:fs/promises'
import {type AwsCredentials, awsCredentials} from './aws-credentials.js'
import {type AwsEstate, awsEstate} from './aws-estate.js'
import {type AwsFaults, awsFaults} from './aws-faults.js'
import {type AwsGroups, awsGroups} from './aws-groups.js'
import {type AwsLife, awsLife} from './aws-life.js'
import {type AwsNodes, awsNodes} from './aws-nodes.js'
import type {AskSimulator, AwsOverlay} from './aws-overlay.js'
import {type AwsProxy, startAwsProxy} from './aws-proxy.js'
import {LAB_REGION, startAwsSimulator} from './aws-simulator.js'
import {type AwsTargets, awsTargets} from './aws-targets.js'
import {freePort} from './free-port.js'

/** What is laid over the simulator, new for every test. */
export interface AwsOverlays {
  faults: AwsFaults
  credentials: AwsCredentials
  life: AwsLife
  targets: AwsTargets
  groups: AwsGroups
  nodes: AwsNodes
}

export interface AwsLab {
  proxy: AwsProxy
  /** What a shell would have to reach it: keys, region, endpoint. */
  env: Record<string, string>
  /** Builds things in the account. */
  estate: AwsEstate
  ask: AskSimulator
  /** Of now: `reset` makes new ones. */
  overlays(): AwsOverlays
  /** An empty account, and nothing scripted. `more` overlays see every call first. */
  reset(more?: readonly AwsOverlay[]): Promise<void>
  /** Calls that changed something, or would have: `StopInstances i-1`. Those of EC2 that only ask are not among them. */
  writes(): string[]
  /** @throws when something scripted was never asked for, or something was asked that nobody answers */
  verify(): void
  stop(): Promise<void>
}

export const LAB_KEY = 'AKIALAB000000000000'

/** An AWS account on loopback: a simulator by others, and over it what it does not show. Needs Python 3. */
export async function startAwsLab({dir}: {dir: string}): Promise<AwsLab> {
  await mkdir(dir, {recursive: true, mode: 0o700})
  const simulator = await startAwsSimulator(dir)
  const proxy = await startAwsProxy(await freePort(), simulator.port)
  let laid = newOverlays(simulator.ask)
  let extra: readonly AwsOverlay[] = []
  const lay = () => proxy.lay([...extra, ...Object.values(laid)])
  lay()
  return {
    proxy,
    env: {
      AWS_ENDPOINT_URL: proxy.endpoint,
      AWS_REGION: LAB_REGION,
      AWS_ACCESS_KEY_ID: LAB_KEY,
      AWS_SECRET_ACCESS_KEY: 'lab-secret-access-key',
    },
    estate: awsEstate(simulator.ask),
    ask: simulator.ask,
    overlays: () => laid,
    async reset(more = []) {
      await simulator.reset()
      laid = newOverlays(simulator.ask)
      extra = more
      lay()
      proxy.skew(0)
      proxy.forget()
    },
    writes: () =>
      proxy
        .calls()
        .filter(({action, dryRun}) => !dryRun && !READS.test(action))
        .map(({action, params}) => `${action} ${subjectOf(params)}`.trim()),
    verify() {
      const unused = [...extra, ...Object.values(laid)].flatMap((overlay) => overlay.unused?.() ?? [])
      const unknown = proxy.calls().filter((call) => call.unknown)
      const wrong = [...unused, ...unknown.map(({service, action}) => `nobody answers ${service} ${action}`)]
      if (wrong.length > 0) throw new Error(wrong.join('; '))
    },
    async stop() {
      await proxy.close()
      await simulator.stop()
    },
  }
}

const READS = /^(Describe|Get|List|Head|GET |HEAD )/

function subjectOf(params: Readonly<Record<string, string>>): string {
  const {
    'InstanceId.1': instance,
    InstanceId: member,
    'InstanceIds.member.1': of,
    'Targets.member.1.Id': target,
  } = params
  return instance ?? member ?? of ?? target ?? ''
}

/** Refusals first: what is refused has no effect on the others. */
function newOverlays(ask: AskSimulator): AwsOverlays {
  return {
    credentials: awsCredentials(),
    faults: awsFaults(),
    groups: awsGroups(ask),
    targets: awsTargets(),
    life: awsLife(),
    nodes: awsNodes(),
  }
}
