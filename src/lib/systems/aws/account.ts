import type {BucketReader, BucketWriter} from './bucket.js'
import type {DatabaseReader, DatabaseWriter} from './database.js'
import type {GroupReader, GroupWriter} from './group.js'
import type {IdentityReader} from './identity.js'
import type {InstanceReader, InstanceWriter} from './instance.js'
import type {NetworkReader, NetworkWriter} from './network.js'
import type {CommandRunner, NodeReader} from './node.js'
import type {PermissionReader} from './permission.js'
import type {TargetReader, TargetWriter} from './target.js'

export interface AwsSystems {
  /** An account and region: of the inventory, or `environment`. @throws when the inventory has no such target */
  aws(target: string): Promise<AwsAccount>
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms` or when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/**
 * One account in one region. Everything throws RemoteError: `unreachable` (no connection), `refused` with the class
 * `signed-out` (no credentials, or they have expired: nothing was done), `lost` (no answer after something was sent),
 * `answered` (the service said no: the class is its error code in kebab case). Reads are tried 8 times, changes that
 * may be repeated 3 times, others once; what was throttled was not done, and is tried again in any case.
 */
export interface AwsAccount
  extends IdentityReader,
    InstanceReader,
    InstanceWriter,
    TargetReader,
    TargetWriter,
    GroupReader,
    GroupWriter,
    PermissionReader,
    NodeReader,
    CommandRunner,
    NetworkReader,
    BucketReader,
    BucketWriter,
    DatabaseReader,
    DatabaseWriter,
    NetworkWriter {
  /** Sources of rules that must never be blocked, by the inventory: CIDR blocks, `sg-...`, `pl-...`. */
  keepOpen: readonly string[]
  close(): void
}
