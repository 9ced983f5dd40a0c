import {s3Lockdown} from '../../../src/lib/runbooks/aws/s3-lockdown.js'
import {operate} from './operate.js'

/** Dies right after the policy was written. */
const {stateDir, input, arn} = JSON.parse(process.argv[2] ?? '') as {
  stateDir: string
  input: unknown
  arn: string
}

await operate(stateDir, s3Lockdown, input, {
  emit: (event) => event.type === 'run' && process.stdout.write(`${event.run}\n`),
  through: (account) => ({
    ...account,
    identity: async (signal) => ({...(await account.identity(signal)), arn}),
    async putBucketPolicy(...args) {
      await account.putBucketPolicy(...args)
      process.kill(process.pid, 'SIGKILL')
    },
  }),
})
