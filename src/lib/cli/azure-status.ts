import type {Json} from '../engine/json.js'
import {survey} from '../runbooks/azure/facts.js'
import {found} from '../runbooks/azure/guards/place.js'
import {type SetFacts, surveySet} from '../runbooks/azure/set-facts.js'
import {type Status, setStatus, vmStatus} from '../runbooks/azure/status.js'
import type {Place} from '../systems/azure/model.js'
import {type AccountFlags, placeOf} from './azure-place.js'
import type {Environment} from './environment.js'
import type {CommonFlags} from './flags.js'
import {reading} from './reading.js'
import {secrets} from './secrets.js'
import {statusLines} from './status-lines.js'
import type {Systems} from './systems.js'
import {UsageError} from './usage-error.js'

type Flags = CommonFlags & AccountFlags
type Shown = {lines: string[]; json: Json}

export async function azureVmStatus(
  text: string,
  target: string,
  flags: Flags,
  at: Environment,
): Promise<Shown> {
  const {name, ...place} = await placeOf(text, 'virtualMachines', target, flags, at)
  return await shown(flags, at, 'VM', name, async (systems, signal) => {
    const facts = secrets.redactAll(await survey(systems, {...place, vm: name}, signal))
    return {places: facts.places, status: vmStatus(facts)}
  })
}

export async function azureSetStatus(
  text: string,
  target: string,
  flags: Flags,
  at: Environment,
): Promise<Shown> {
  const {name, ...place} = await placeOf(text, 'virtualMachineScaleSets', target, flags, at)
  return await shown(flags, at, 'scale set', name, async (systems, signal) => {
    const facts: SetFacts = secrets.redactAll(await surveySet(systems, {...place, set: name}, signal))
    return {places: facts.places, status: setStatus(facts)}
  })
}

/** @throws UsageError when the name is none, or several */
async function shown(
  flags: Flags,
  at: Environment,
  what: string,
  name: string,
  read: (systems: Systems, signal: AbortSignal) => Promise<{places: Place[]; status: Status}>,
): Promise<Shown> {
  return await reading(flags.inventory, at, async (systems, signal) => {
    const {places, status} = await read(systems, signal)
    const {level, saw, clear} = found(what, name, places, `azure ${what === 'VM' ? 'vm' : 'vmss'} status`)
    if (level === 'refuse') throw new UsageError(saw, clear ? [clear] : [])
    return {lines: statusLines(status), json: status.json}
  })
}
