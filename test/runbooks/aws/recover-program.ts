import {recover} from '../../../src/lib/runbooks/aws/recover.js'
import {operate} from './operate.js'

/** Dies right before or after one call. */
const {stateDir, input, call, moment} = JSON.parse(process.argv[2] ?? '') as {
  stateDir: string
  input: unknown
  call: 'stop' | 'start' | 'register'
  moment: 'before' | 'after'
}
const die = () => process.kill(process.pid, 'SIGKILL')

await operate(stateDir, recover, input, {
  emit: (event) => event.type === 'run' && process.stdout.write(`${event.run}\n`),
  through: (account) => ({
    ...account,
    async [call](...args: never[]) {
      if (moment === 'before') die()
      await (account[call] as (...all: never[]) => Promise<void>)(...args)
      die()
    },
  }),
})
