import {mkdir} from 'node:fs/promises'
import {type AwsEstate, awsEstate} from './aws-estate.js'
import type {AskSimulator, AwsOverlay} from './aws-overlay.js'
import {type AwsOverlays, awsOverlays} from './aws-overlays.js'
import {type AwsProxy, startAwsProxy} from './aws-proxy.js'
import {LAB_REGION, startAwsSimulator} from './aws-simulator.js'
import {freePort} from './free-port.js'

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
  let laid = awsOverlays(simulator.ask)
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
      laid = awsOverlays(simulator.ask)
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
