import {reboot} from '../../../src/lib/runbooks/linux/reboot.js'
import {serviceRestart} from '../../../src/lib/runbooks/linux/service-restart.js'
import {operate, type Place, resume} from '../receivers/operate.js'

/** Begins a run, or goes on with one, and says on stdout which run and which step it is at. Exits 0 once all is done. */
const {place, input, run, what} = JSON.parse(process.argv[2] ?? '') as {
  place: Place
  input: unknown
  run?: string
  what: 'restart' | 'reboot'
}
const runbook = what === 'reboot' ? reboot : serviceRestart
const overrides = what === 'reboot' ? ['reboot-loop'] : []
const emit = (event: {type: string; run?: string; step?: string}) => {
  if (event.type === 'run' || event.type === 'start')
    process.stdout.write(`${event.type} ${event.run ?? event.step}\n`)
}
const asked = {emit, reason: 'a test'}
const {outcome} =
  run === undefined
    ? await operate(place, runbook, input, {...asked, overrides})
    : await resume(place, runbook, run, undefined, {...asked, overrides: []})
if (outcome.verdict !== 'done') process.stderr.write(`${outcome.verdict}: ${outcome.says}\n`)
process.exitCode = outcome.verdict === 'done' || outcome.verdict === 'nothing' ? 0 : 9
