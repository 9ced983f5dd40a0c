import type {Finding} from '../../../engine/runbook.js'
import {isUp, type SetFacts} from '../set-facts.js'
import {batchesOf, type SetInput} from '../set-input.js'

/** The state of a scale set, and what a batch would take out of it. */
export function setGuards(asked: SetInput, facts: SetFacts): Finding[] {
  const {set} = facts
  if (!set) return []
  return [
    known(asked, facts),
    set.mode === 'Flexible' && asked.method === 'reimage'
      ? {
          id: 'orchestration',
          level: 'refuse',
          saw: `${set.name} is a flexible set: its VMs cannot be reimaged`,
        }
      : {id: 'orchestration', level: 'pass', saw: `orchestration mode ${set.mode}`},
    set.rolling === 'RollingForward'
      ? {
          id: 'rolling-upgrade',
          level: 'refuse',
          saw: `a rolling upgrade of ${set.name} is under way`,
          clear: `az vmss rolling-upgrade cancel -n ${set.name} -g ${set.group}`,
        }
      : {id: 'rolling-upgrade', level: 'pass', saw: 'no rolling upgrade is under way'},
    protection(asked, facts),
    capacityFloor(asked, facts),
    ...(asked.method === 'reimage' ? [REIMAGE] : []),
    ...(set.repairs
      ? [
          {
            id: 'repairs',
            level: 'warn' as const,
            saw: 'the set repairs automatically: it may replace an instance meanwhile',
          },
        ]
      : []),
  ]
}

const REIMAGE: Finding = {
  id: 'reimage-data',
  level: 'refuse',
  saw: 'the OS disk of every instance is reset to the image; what was written there is lost (data disks are kept)',
  clear: 'make sure that nothing on it is needed',
  overridable: true,
}

function known(asked: SetInput, {instances, set}: SetFacts): Finding {
  const id = 'instances'
  const unknown = asked.instances.filter((one) => !instances.some((instance) => instance.id === one))
  const twice = asked.instances.filter((one, at) => asked.instances.indexOf(one) !== at)
  const has = instances.map((one) => one.id).join(', ')
  if (unknown.length > 0)
    return {
      id,
      level: 'refuse',
      saw: `${set?.name} has no instance ${unknown.join(', ')}`,
      clear: `it has ${has || 'none'}`,
    }
  if (twice.length > 0) return {id, level: 'refuse', saw: `named twice: ${twice.join(', ')}`}
  return {id, level: 'pass', saw: `${asked.instances.length} of ${instances.length} instances`}
}

function protection(asked: SetInput, {instances}: SetFacts): Finding {
  const id = 'instance-protection'
  const held = instances.filter((one) => one.protected && asked.instances.includes(one.id))
  if (held.length === 0) return {id, level: 'pass', saw: 'no instance is protected'}
  return {
    id,
    level: 'refuse',
    saw: `protected from actions of the set: ${held.map((one) => one.id).join(', ')}`,
    clear: 'somebody protected it on purpose: ask who',
    overridable: true,
  }
}

/** Healthy instances that are left while the worst batch is out. */
function capacityFloor(asked: SetInput, {instances}: SetFacts): Finding {
  const id = 'capacity-floor'
  const up = instances.filter(isUp)
  const taken = batchesOf(asked).map((batch) => up.filter((one) => batch.includes(one.id)).length)
  const left = up.length - Math.max(0, ...taken)
  const floor = Math.ceil((instances.length * asked.minHealthy) / 100)
  const saw = `${left} of ${instances.length} instances stay healthy while a batch is out; at least ${floor} (${asked.minHealthy} %) must`
  if (left >= floor) return {id, level: 'pass', saw}
  return {
    id,
    level: 'refuse',
    saw,
    clear: 'take a smaller --batch, or bring others back first',
    overridable: true,
  }
}
