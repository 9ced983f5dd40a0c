import {restart} from '../../../src/lib/runbooks/receivers/restart.js'
import {operate, type Place, resume} from './operate.js'

/** Begins a run, or goes on with one; says its id on stdout, and exits 0 once every host is done. */
const {place, input, run} = JSON.parse(process.argv[2] ?? '') as {place: Place; input: unknown; run?: string}
const emit = (event: {type: string; run?: string}) =>
  void (event.type === 'run' && process.stdout.write(`${event.run}\n`))

const {outcome} =
  run === undefined
    ? await operate(place, restart, input, {emit})
    : await resume(place, restart, run, undefined, {emit})
process.exitCode = outcome.verdict === 'done' ? 0 : 9
