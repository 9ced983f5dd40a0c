import type {Finding} from '../../../engine/runbook.js'
import {doubt, few, pass, refuse} from '../../finding.js'
import type {SsmFacts} from '../ssm-facts.js'
import type {SsmInput} from '../ssm-input.js'

/** Systems Manager takes 64 KiB of parameters [src: SendCommand, Parameters]. */
const SCRIPT_BYTES = 64 * 1024
const OLDEST_AGENT = 3

export function nodesKnown({nodes, unknown}: SsmFacts): Finding {
  if (unknown.length > 0)
    return refuse(
      'nodes',
      `Systems Manager does not know ${few(unknown)}`,
      'redeye aws ssm nodes; is this the right account and region, and does the agent run?',
    )
  if (nodes.length === 0) return refuse('nodes', 'no node fits', 'redeye aws ssm nodes')
  return pass('nodes', `${nodes.length} nodes`)
}

/** The agent says so every 5 minutes: what is online may have gone since, what is not online was gone for longer. */
export function online({nodes}: SsmFacts, {expectOnlinePercent}: SsmInput): Finding {
  const away = nodes.filter(({ping}) => ping !== 'Online')
  const percent = nodes.length === 0 ? 0 : ((nodes.length - away.length) * 100) / nodes.length
  const saw = `${nodes.length - away.length} of ${nodes.length} nodes are online`
  if (percent >= expectOnlinePercent) return pass('offline', saw)
  return doubt(
    'offline',
    `${saw}, not ${few(away.map(({id, name, ping}) => `${name || id} (${ping})`))}; ${expectOnlinePercent} % are expected`,
    'leave them out, or lower --expect-online',
  )
}

/** A shell is not on every platform. */
export function platforms({nodes}: SsmFacts, {document}: SsmInput): Finding {
  const windows = nodes.filter(({platform}) => platform === 'Windows')
  const wrong =
    document === 'AWS-RunShellScript'
      ? windows
      : document === 'AWS-RunPowerShellScript'
        ? nodes.filter(({platform}) => platform !== 'Windows')
        : []
  if (wrong.length === 0) return pass('platform', `${document} runs on all of them`)
  return refuse(
    'platform',
    `${document} does not run on ${few(wrong.map(({id, platform}) => `${id} (${platform})`))}`,
    'leave them out, or name another --document',
  )
}

export function agents({nodes}: SsmFacts): Finding {
  const old = nodes.filter(({agent}) => Number(agent.split('.')[0]) < OLDEST_AGENT)
  if (old.length === 0) return pass('agent', 'their agents are of version 3 or later')
  return doubt(
    'agent',
    `an agent older than version 3 is on ${few(old.map(({id, agent}) => `${id} (${agent || 'unknown'})`))}`,
    'update it: AWS-UpdateSSMAgent',
  )
}

export function scriptSize({parameters, undo}: SsmInput): Finding {
  const size = (of: object) => Buffer.byteLength(JSON.stringify(of))
  const bytes = Math.max(size(parameters), size({...parameters, commands: undo?.lines ?? []}))
  if (bytes <= SCRIPT_BYTES) return pass('script-size', `${bytes} bytes of parameters`)
  return refuse('script-size', `${bytes} bytes of parameters, and 64 KiB are taken`, 'fetch it from S3')
}
