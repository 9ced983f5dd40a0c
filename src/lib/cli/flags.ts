import {Flags} from '@oclif/core'
import {NAMES_TAGS} from '../inventory/scope.js'
import {parseDuration} from './duration.js'
import {UsageError} from './usage-error.js'

/** `--timeout 5m`, in milliseconds. */
export const durationFlag = Flags.custom<number>({
  helpValue: 'DUR',
  async parse(text) {
    const ms = parseDuration(text)
    if (ms === undefined) throw new UsageError(`'${text}' is not a duration: write 90s, 5m or 2h`)
    return ms
  },
})

const everyCommand = 'EVERY COMMAND'

/** Of every command. */
export const commonFlags = {
  inventory: Flags.string({
    summary: 'Inventory file (default: $REDEYE_INVENTORY, ./redeye.yaml, your configuration)',
    helpValue: 'FILE',
    helpGroup: everyCommand,
  }),
  json: Flags.boolean({
    default: false,
    summary: 'Print exactly one JSON object on stdout',
    helpGroup: everyCommand,
  }),
  'log-level': Flags.option({
    summary: 'How much to say on stderr',
    options: ['error', 'info', 'debug'] as const,
    default: 'info',
    helpGroup: everyCommand,
  })(),
}

const everyChange = 'EVERY CHANGE'

/** Of every runbook that changes something, and of apply, resume and undo. */
export const changeFlags = {
  'dry-run': Flags.boolean({
    default: false,
    summary: 'Do all the reads, show the plan, change nothing',
    helpGroup: everyChange,
    exclusive: ['out'],
  }),
  yes: Flags.boolean({
    default: false,
    char: 'y',
    summary: 'Answer y to a plain question; overrides no guard and types no name',
    helpGroup: everyChange,
  }),
  confirm: Flags.string({
    summary: "Type the name (or the plan's code) that a disruptive run asks for",
    helpValue: 'TEXT',
    helpGroup: everyChange,
  }),
  reason: Flags.string({summary: 'Why, for the journal', helpValue: 'TEXT', helpGroup: everyChange}),
  ticket: Flags.string({summary: 'Ticket, for the journal', helpValue: 'ID', helpGroup: everyChange}),
  override: Flags.string({
    summary: 'Let a guard that refuses pass; needs --reason',
    helpValue: 'GUARD',
    helpGroup: everyChange,
    multiple: true,
    multipleNonGreedy: true,
    dependsOn: ['reason'],
  }),
  'on-failure': Flags.option({
    summary: 'What to do when a step fails',
    options: ['undo', 'stop', 'ask'] as const,
    helpGroup: everyChange,
  })(),
  timeout: durationFlag({
    summary: 'How long a change may take to be seen done (default: what each step says)',
    helpGroup: everyChange,
  }),
  'wait-lock': durationFlag({
    summary: 'Wait this long for a lock that somebody else holds',
    default: 0,
    defaultHelp: async () => '0s',
    helpGroup: everyChange,
  }),
  'hold-before': Flags.string({
    summary: 'Stop, resumable, before this step',
    helpValue: 'STEP',
    helpGroup: everyChange,
  }),
  announce: Flags.boolean({
    default: true,
    allowNo: true,
    summary: 'Tell those about the run whom the inventory names',
    helpGroup: everyChange,
  }),
  downtime: Flags.string({
    summary: 'Silence Datadog monitors of this scope while it runs: service:web',
    helpValue: 'SCOPE',
    helpGroup: everyChange,
    async parse(text) {
      if (NAMES_TAGS.test(text)) return text
      throw new UsageError('everything is never silenced: name tags, such as service:web')
    },
  }),
  progress: Flags.option({
    summary: 'How to show progress on stderr',
    options: ['auto', 'live', 'lines', 'json', 'none'] as const,
    default: 'auto',
    helpGroup: everyChange,
  })(),
}

/** Of apply: why, and which guards are overridden, was approved with the plan. */
const {override: _override, reason: _reason, ticket: _ticket, ...rest} = changeFlags
export const applyFlags = rest

/** Of runbooks, whose plan can be kept. */
export const planFlags = {
  out: Flags.string({
    summary: "Save the plan for 'redeye apply', change nothing",
    helpValue: 'FILE',
    helpGroup: everyChange,
  }),
}

export interface CommonFlags {
  inventory?: string | undefined
  json: boolean
  'log-level': 'error' | 'info' | 'debug'
}

/** Those that a command does not have are absent. */
export interface ChangeFlags extends CommonFlags {
  'dry-run': boolean
  yes: boolean
  confirm?: string | undefined
  reason?: string | undefined
  ticket?: string | undefined
  override?: string[] | undefined
  'on-failure'?: 'undo' | 'stop' | 'ask' | undefined
  timeout?: number | undefined
  'wait-lock': number
  'hold-before'?: string | undefined
  announce: boolean
  downtime?: string | undefined
  progress: 'auto' | 'live' | 'lines' | 'json' | 'none'
  out?: string | undefined
}
