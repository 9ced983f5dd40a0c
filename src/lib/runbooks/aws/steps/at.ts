import type {AwsAccount, AwsSystems} from '../../../systems/aws/account.js'

/** Where a step works: the account, and the instance by its id and as people call it. */
export interface At {
  aws(): Promise<AwsAccount>
  id: string
  name: string
}

export function at(systems: AwsSystems, account: string, {id, name}: {id: string; name: string}): At {
  return {aws: () => systems.aws(account), id, name}
}
