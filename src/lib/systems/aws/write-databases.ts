import type {DatabaseWriter} from './database.js'
import type {AwsSession} from './session.js'

export function databaseWriter(session: AwsSession): DatabaseWriter {
  return {
    async failOverDatabase(id, signal) {
      const {sdk, client} = await session.rds()
      const asked = {DBInstanceIdentifier: id, ForceFailover: true}
      await session.ask('rds RebootDBInstance', 'once', signal, (how) =>
        client.send(new sdk.RebootDBInstanceCommand(asked), how),
      )
    },
    async failOverCluster(cluster, target, signal) {
      const {sdk, client} = await session.rds()
      const asked = {DBClusterIdentifier: cluster, TargetDBInstanceIdentifier: target}
      await session.ask('rds FailoverDBCluster', 'once', signal, (how) =>
        client.send(new sdk.FailoverDBClusterCommand(asked), how),
      )
    },
  }
}
