/** A database instance, alone or as member of a cluster. */
export type Database = {
  id: string
  arn: string
  status: string
  engine: string
  /** `db.r6g.large` */
  size: string
  multiAz: boolean
  zone: string | null
  /** Where the standby is. */
  secondaryZone: string | null
  cluster: string | null
  /** Names of what waits for a restart or a window. */
  pending: string[]
}

export type DatabaseCluster = {
  id: string
  arn: string
  status: string
  engine: string
  members: {id: string; writer: boolean; tier: number}[]
}

export interface DatabaseReader {
  /** @returns null when there is no such instance */
  database(id: string, signal: AbortSignal): Promise<Database | null>
  /** @returns null when there is no such cluster */
  databaseCluster(id: string, signal: AbortSignal): Promise<DatabaseCluster | null>
  /** The last completed failover that the events of a day speak of. `at`: ISO 8601. */
  lastFailover(database: string, signal: AbortSignal): Promise<{at: string; says: string} | null>
  /** How far a reader is behind, in milliseconds, as CloudWatch had it last within 10 minutes; null when it says nothing. */
  replicaLagMs(database: string, engine: string, signal: AbortSignal): Promise<number | null>
  /** States of the blue/green deployments under way that have this database or cluster. */
  blueGreen(arn: string, signal: AbortSignal): Promise<string[]>
  /** State of the switchover that the global cluster of this cluster is in; null when there is none. */
  globalSwitchover(clusterArn: string, signal: AbortSignal): Promise<string | null>
}

export interface DatabaseWriter {
  /** Its standby takes over. Sent once. */
  failOverDatabase(id: string, signal: AbortSignal): Promise<void>
  /** This reader becomes the writer. Sent once. */
  failOverCluster(cluster: string, target: string, signal: AbortSignal): Promise<void>
}
