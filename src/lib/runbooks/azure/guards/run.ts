import type {Finding} from '../../../engine/runbook.js'
import {isPermitted} from '../../../systems/azure/permitted.js'
import type {RunFacts, Target} from '../run-facts.js'
import {commandName, type RunInput} from '../run-input.js'
import {permitted} from './place.js'

const OURS = /^redeye-/
/** Managed commands that a VM may have [docs: managed run command]. */
const MOST_COMMANDS = 25
const VM = 'Microsoft.Compute/virtualMachines'
const ACTION = `${VM}/runCommand/action`

/** Shapes of secrets that have no business in a script: keys, connection strings, signatures, tokens. */
const SECRETS: readonly [string, RegExp][] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['a storage account key', /AccountKey=[A-Za-z0-9+/]{40,}/],
  ['a shared access signature', /[?&]sig=[A-Za-z0-9%+/]{20,}/],
  ['an AWS access key', /\bAKIA[A-Z0-9]{16}\b/],
  ['a GitHub token', /\bgh[pousr]_[A-Za-z0-9]{30,}\b/],
]

export function runGuards(asked: RunInput, facts: RunFacts): Finding[] {
  const {targets} = facts
  return [
    selection(facts),
    every(
      'running',
      targets,
      ({vm}) => vm.power === 'running',
      ({vm}) => `${vm.name} is ${vm.power}`,
      'every VM runs',
    ),
    every(
      'agent',
      targets,
      ({vm}) => vm.agent.ready,
      ({vm}) => `${vm.name}: guest agent ${vm.agent.says}`,
      'every guest agent is ready',
    ),
    every(
      'shell',
      targets,
      ({vm}) => vm.os === 'Linux',
      ({vm}) => `${vm.name} runs Windows`,
      'every guest runs Linux',
    ),
    ...allowed(asked, facts),
    lockedAnywhere(asked, facts),
    ...(asked.as === 'managed' ? [leftovers(asked, facts)] : []),
    secretInScript(asked),
  ]
}

/** Nothing is never all, and one VM is not asked twice at once. */
function selection({targets, unresolved}: RunFacts): Finding {
  const id = 'selection'
  if (unresolved.length > 0)
    return {
      id,
      level: 'refuse',
      saw: `not one VM each: ${unresolved.join('; ')}`,
      clear: 'name the group with -g, or the whole id',
    }
  if (targets.length === 0)
    return {id, level: 'refuse', saw: 'no VM is chosen', clear: 'check the tag or the names'}
  return {id, level: 'pass', saw: `${targets.length} ${targets.length === 1 ? 'VM' : 'VMs'}`}
}

function every(
  id: string,
  targets: readonly Target[],
  good: (one: Target) => boolean,
  says: (one: Target) => string,
  all: string,
): Finding {
  const wrong = targets.filter((one) => !good(one))
  if (wrong.length === 0) return {id, level: 'pass', saw: all}
  return {
    id,
    level: 'refuse',
    saw: wrong.map(says).join('; '),
    clear: 'redeye azure vm recover brings one back; or leave it out',
  }
}

/** The first VM where something is missing speaks for all. */
function allowed(asked: RunInput, {targets, unread}: RunFacts): Finding[] {
  const actions =
    asked.as === 'action'
      ? [ACTION]
      : [`${VM}/runCommands/read`, `${VM}/runCommands/write`, `${VM}/runCommands/delete`]
  const each = targets.map(({permissions}) => permitted(permissions, actions, unread.permissions))
  const worst = each.find(({level}) => level === 'refuse') ?? each[0]
  const older = targets.every(({permissions}) => permissions && isPermitted(permissions, ACTION))
  if (worst?.level === 'refuse' && asked.as === 'managed' && older)
    return [{...worst, clear: 'the older Run Command is allowed: --as action'}]
  return worst ? [worst] : []
}

/** A lock against deletion keeps a managed command from being deleted afterwards. */
function lockedAnywhere(asked: RunInput, {targets}: RunFacts): Finding {
  const id = 'azure-lock'
  const held = targets.flatMap(({vm, locks}) =>
    (locks ?? [{name: 'unknown', level: 'ReadOnly', scope: vm.id}])
      .filter(({level}) => level === 'ReadOnly' || (asked.as === 'managed' && level === 'CanNotDelete'))
      .map(({name, level}) => `${vm.name}: lock ${name} (${level})`),
  )
  if (held.length === 0) return {id, level: 'pass', saw: 'no lock of Azure is in the way'}
  return {id, level: 'refuse', saw: held.join('; '), clear: 'use --as action where only deletion is locked'}
}

function leftovers(asked: RunInput, {targets, unread}: RunFacts): Finding {
  const id = 'leftovers'
  const left = targets.flatMap(({vm, commands}) => {
    if (!commands) return [`${vm.name}: ${unread.commands}`]
    const ours = commands.filter((one) => OURS.test(one) && one !== commandName(asked))
    return commands.length >= MOST_COMMANDS || ours.length > 0
      ? [`${vm.name} has ${commands.length} run commands, of ours ${ours.join(', ') || 'none'}`]
      : []
  })
  if (left.length === 0) return {id, level: 'pass', saw: 'no command of an earlier run is left'}
  return {
    id,
    level: 'refuse',
    saw: left.join('; '),
    clear: 'az vm run-command delete them, once nobody waits for what they say',
    overridable: true,
  }
}

function secretInScript({script, leaks}: RunInput): Finding {
  const id = 'secret-in-script'
  const found = [
    ...leaks.map((name) => `the value of ${name}`),
    ...SECRETS.filter(([, pattern]) => pattern.test(script)).map(([what]) => what),
  ]
  if (found.length === 0) return {id, level: 'pass', saw: 'no secret is seen in the script'}
  return {
    id,
    level: 'refuse',
    saw: `the script holds ${found.join(' and ')}: Azure keeps it readable for everybody who may read the VM`,
    clear: 'have the script fetch it in the guest, with the identity of the VM',
  }
}
