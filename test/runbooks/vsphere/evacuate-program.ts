import {evacuate} from '../../../src/lib/runbooks/vsphere/evacuate.js'
import {operate, type Place} from './operate.js'

/** Dies as soon as vCenter has taken the first move, or right before it is sent. */
const {place, input, moment} = JSON.parse(process.argv[2] ?? '') as {
  place: Place
  input: unknown
  moment: 'sent' | 'sending'
}
const die = () => process.kill(process.pid, 'SIGKILL')

await operate(place, evacuate, input, {
  emit: (event) => event.type === 'run' && process.stdout.write(`${event.run}\n`),
  through: (vcenter) => ({
    ...vcenter,
    async relocate(...args) {
      const key = moment === 'sent' ? await vcenter.relocate(...args) : ''
      die()
      return key
    },
  }),
})
