import {rdsFailover} from '../../../src/lib/runbooks/aws/rds-failover.js'
import {operate} from './operate.js'

/** Dies right after the failover was sent. */
const {stateDir, input} = JSON.parse(process.argv[2] ?? '') as {stateDir: string; input: unknown}

await operate(stateDir, rdsFailover, input, {
  emit: (event) => event.type === 'run' && process.stdout.write(`${event.run}\n`),
  through: (account) => ({
    ...account,
    async failOverDatabase(id, signal) {
      await account.failOverDatabase(id, signal)
      process.kill(process.pid, 'SIGKILL')
    },
  }),
})
