import type {AwsSystems} from '../../systems/aws/account.js'
import type {Identity} from '../../systems/aws/identity.js'
import type {ManagedNode} from '../../systems/aws/node.js'
import type {SsmInput} from './ssm-input.js'

export type SsmFacts = {
  takenAtMs: number
  identity: Identity
  expectedAccount: string | null
  /** Frozen: the plan names them, and the command is sent to them. */
  nodes: ManagedNode[]
  /** That were named, and that Systems Manager does not know. */
  unknown: string[]
}

export async function readNodes(
  systems: AwsSystems,
  {account, choice}: Pick<SsmInput, 'account' | 'choice'>,
  signal: AbortSignal,
): Promise<SsmFacts> {
  const aws = await systems.aws(account)
  const nodes = await aws.nodes(choice, signal)
  const known = new Set(nodes.map(({id}) => id))
  return {
    takenAtMs: systems.now(),
    identity: await aws.identity(signal),
    expectedAccount: aws.expectedAccount,
    nodes,
    unknown: 'ids' in choice ? choice.ids.filter((id) => !known.has(id)) : [],
  }
}
