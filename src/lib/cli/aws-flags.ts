import {Args, Flags} from '@oclif/core'
import {durationFlag} from './flags.js'

export const accountFlag = Flags.string({
  char: 'a',
  summary: "Account (default: the only one in the inventory, else the environment's)",
  helpValue: 'NAME',
})

export const instanceArg = Args.string({description: 'Instance id (i-...) or Name tag', required: true})

export const leaveUnhealthyFlag = Flags.boolean({
  summary: 'Leave it in load balancing although it fails its health checks',
  default: false,
})

const MINUTE = 60_000

export const recoverFlags = {
  account: accountFlag,
  method: Flags.option({
    summary: 'How (auto: what its trouble calls for)',
    options: ['auto', 'reboot', 'stop-start', 'replace'] as const,
    default: 'auto',
  })(),
  'force-stop': Flags.boolean({summary: 'Stop it by force when it hangs', default: false}),
  'stop-wait': durationFlag({
    summary: 'How long it may take to stop, before it is forced or has failed',
    default: 10 * MINUTE,
    defaultHelp: async () => '10m',
  }),
  drain: Flags.boolean({summary: 'Take it out of service first', default: true, allowNo: true}),
  'keep-drained': Flags.boolean({summary: 'Leave it out of service afterwards', default: false}),
  'leave-unhealthy': leaveUnhealthyFlag,
  'capacity-wait': durationFlag({
    summary: 'How long to go on asking when AWS has no room for it',
    default: 15 * MINUTE,
    defaultHelp: async () => '15m',
  }),
  'checks-wait': durationFlag({
    summary: 'How long its checks may take to pass',
    default: 15 * MINUTE,
    defaultHelp: async () => '15m',
  }),
}

interface RecoverFlags {
  method: 'auto' | 'reboot' | 'stop-start' | 'replace'
  'force-stop': boolean
  'stop-wait': number
  drain: boolean
  'keep-drained': boolean
  'leave-unhealthy': boolean
  'capacity-wait': number
  'checks-wait': number
}

export function recoverInput(flags: RecoverFlags) {
  return {
    method: flags.method,
    forceStop: flags['force-stop'],
    stopWaitMs: flags['stop-wait'],
    drain: flags.drain,
    keepDrained: flags['keep-drained'],
    leaveUnhealthy: flags['leave-unhealthy'],
    capacityWaitMs: flags['capacity-wait'],
    checksWaitMs: flags['checks-wait'],
  }
}

export const groupArg = Args.string({
  description: 'Security group id (sg-...), name or Name tag',
  required: true,
})

export const forFlag = durationFlag({
  summary: 'How long it is wanted; aws sg sweep takes it away then (default: until somebody does)',
})
