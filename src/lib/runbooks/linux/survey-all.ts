import {failing} from '../../engine/failure.js'
import type {LinuxHost, LinuxSystems} from '../../systems/linux/host.js'

/**
 * Asks every host at the same time. When some cannot be asked the first error is thrown, with the names of them all: better to
 * know before the first change.
 */
export async function surveyAll<Value>(
  systems: LinuxSystems,
  names: readonly string[],
  ask: (host: LinuxHost) => Promise<Value>,
): Promise<{[host: string]: Value}> {
  const answers = await Promise.allSettled(names.map(async (name) => await ask(await systems.linux(name))))
  const failed = answers.flatMap((answer, at) =>
    answer.status === 'rejected' ? [{name: names[at] ?? '', reason: answer.reason as Error}] : [],
  )
  const [first] = failed
  if (first) throw failed.length === 1 ? first.reason : ofMany(first.reason, failed, names.length)
  return Object.fromEntries(
    answers.flatMap((answer, at) => (answer.status === 'fulfilled' ? [[names[at] ?? '', answer.value]] : [])),
  )
}

function ofMany(first: Error, failed: readonly {name: string}[], all: number): Error {
  const {fault, class: kind, hint} = failing(first)
  const names = failed.map(({name}) => name).join(', ')
  return Object.assign(
    new Error(`${failed.length} of ${all} hosts cannot be asked (${names}): ${first.message}`),
    {
      fault,
      ...(kind !== undefined && {class: kind}),
      ...(hint !== undefined && {hint}),
    },
  )
}
