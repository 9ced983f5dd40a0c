import {naclDeny} from '../../../src/lib/runbooks/aws/nacl-deny.js'
import {sgAllow} from '../../../src/lib/runbooks/aws/sg-allow.js'
import {sgBlock} from '../../../src/lib/runbooks/aws/sg-block.js'
import {operate} from './operate.js'

/** Dies right after one call. */
const {stateDir, runbook, input, call} = JSON.parse(process.argv[2] ?? '') as {
  stateDir: string
  runbook: 'allow' | 'block' | 'deny'
  input: unknown
  call: 'allow' | 'revoke' | 'tag' | 'createDeny'
}

await operate(stateDir, {allow: sgAllow, block: sgBlock, deny: naclDeny}[runbook], input, {
  emit: (event) => event.type === 'run' && process.stdout.write(`${event.run}\n`),
  through: (account) => ({
    ...account,
    async [call](...args: never[]) {
      await (account[call] as (...all: never[]) => Promise<void>)(...args)
      process.kill(process.pid, 'SIGKILL')
    },
  }),
})
