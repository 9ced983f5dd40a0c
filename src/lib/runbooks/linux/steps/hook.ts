import {type Step, step} from '../../../engine/step.js'
import type {LinuxSystems} from '../../../systems/linux/host.js'
import {saidNo} from '../../said-no.js'

/** What the steps of a host tell each other: who was not drained is not rebooted, who is not well is not undrained. */
export type Course = {notDrained: Set<string>; well: Set<string>}

/**
 * A command line of the person's own, on this machine. Only its exit code can be seen; a resume runs it again when it does not
 * know how it ended.
 */
export function hookStep(
  systems: LinuxSystems,
  hook: {id: 'drain' | 'undrain'; line: string; timeoutMs: number},
  name: string,
  course: Course,
): Step {
  const {id, line, timeoutMs} = hook
  let ended = false
  return step<null>({
    id: `${name}/${id}`,
    says: `${name}: ${id} by ${line}`,
    async probe() {
      return {reached: ended, saw: ended ? 'it ended with exit 0' : 'not run', before: null}
    },
    async apply(signal) {
      if (id === 'undrain' && !course.well.has(name))
        throw saidNo('not run: the host is not known to be well', id)
      const {code, output} = await systems.hook(line, name, {signal, timeoutMs})
      if (code !== 0)
        throw saidNo(`it ended with ${code ?? 'a signal'}${output === '' ? '' : `: ${output}`}`, id)
      ended = true
    },
    patienceMs: 1,
    done() {
      if (id === 'drain' && !ended) course.notDrained.add(name)
    },
    undo: {kind: 'leave', why: 'nobody knows what would take it back'},
  })
}
