import type {AwsSystems} from '../../systems/aws/account.js'
import type {CommandRunner} from '../../systems/aws/node.js'

/** Opens the account when a command is first asked for. */
export function commandRunner(systems: AwsSystems, account: string): CommandRunner {
  const aws = () => systems.aws(account)
  return {
    sendCommand: async (order, signal) => (await aws()).sendCommand(order, signal),
    findCommand: async (...of) => (await aws()).findCommand(...of),
    invocations: async (...of) => (await aws()).invocations(...of),
  }
}
