/** One Redis process of a cluster, over one plain connection: no redirects, no offline queue, no reconnect. */
export interface RedisNode extends RedisReader, RedisWriter {
  /** Lets go of the connection; what waits on it fails. The next use connects anew. */
  close(): void
}

export interface RedisReader {
  /** `10.0.0.1:6379`, as it is reached from here. */
  where: string
  /** Everything a survey needs, in four commands sent together. @throws RemoteError */
  read(signal: AbortSignal): Promise<NodeReading>
  /** Only what failover steps poll. @throws RemoteError */
  replication(signal: AbortSignal): Promise<Replication>
  /** The node's own table of the cluster. @throws RemoteError */
  table(signal: AbortSignal): Promise<ClusterLine[]>
  /** @throws RemoteError */
  info(signal: AbortSignal): Promise<ClusterInfo>
}

export interface RedisWriter {
  /**
   * `CLUSTER FAILOVER`, on a replica. An answer of OK means accepted and nothing more.
   * @throws RemoteError `answered` with the text of the server; `lost` when the connection went after it was sent
   */
  failover(mode: FailoverMode, signal: AbortSignal): Promise<void>
  /**
   * Writes a key that ends by itself after 10 s, reads it back and deletes it.
   * @throws RemoteError `answered` when the node refuses one of them, or reads something else
   */
  writeAndRead(key: string, value: string, signal: AbortSignal): Promise<void>
}

export type FailoverMode = 'graceful' | 'force' | 'takeover'

/** What one node says of itself and of the others; plain JSON. */
export type NodeReading = {
  id: string
  version: string
  loading: boolean
  /** Bytes. */
  usedMemory: number
  /** Bytes; 0 is no limit. */
  maxMemory: number
  table: ClusterLine[]
  cluster: ClusterInfo
  replication: Replication
  /** `null`: CONFIG is denied or renamed, the values are not known. */
  config: NodeConfig | null
}

/** One line of `CLUSTER NODES` [redis.io/commands/cluster-nodes]; plain JSON. */
export type ClusterLine = {
  id: string
  /** Announced, without port: an address, or empty while unknown. */
  ip: string
  port: number
  hostname: string
  /** `fail?`, `fail`, `handshake`, `noaddr`, `nofailover`; not those that `myself` and `role` say. */
  flags: string[]
  myself: boolean
  role: 'master' | 'replica'
  /** Empty for masters. */
  masterId: string
  /** Of a replica: its master's. */
  epoch: number
  link: 'connected' | 'disconnected'
  /** `0-5460`, `7` */
  slots: string[]
  /** `[42->-id]` migrating, `[42-<-id]` importing; only a node's own line has them. */
  openSlots: string[]
}

export type ClusterInfo = {
  /** `ok` or `fail`; `fail` for a moment after a start, whatever the slots say. */
  state: string
  slotsOk: number
  epoch: number
  /** Masters with slots. */
  size: number
}

/** `INFO replication`. Offsets in bytes. */
export type Replication =
  | {role: 'master'; offset: number; replicas: {where: string; online: boolean; offset: number}[]}
  | {
      role: 'replica'
      offset: number
      masterAddress: string
      link: 'up' | 'down'
      syncing: boolean
      /** Seconds since the master was last heard; -1 while the link is down. */
      lastIoSec: number
      /** 0 while it is up; -1 when it never was. */
      linkDownSec: number
    }

export type NodeConfig = {
  nodeTimeoutMs: number
  requireFullCoverage: boolean
  validityFactor: number
  replicaNoFailover: boolean
  minReplicasToWrite: number
  backlogBytes: number
  /** Clients, and so replicas, must give a password. */
  requiresPassword: boolean
  /** Stands for `requirepass`: equal labels of one survey are equal secrets. Empty when unset. */
  passwordLabel: string
  /** Stands for `masterauth`, likewise. */
  masterAuthLabel: string
  /** `masteruser`: empty for the default user, whose password `requirepass` is. */
  masterUser: string
}
