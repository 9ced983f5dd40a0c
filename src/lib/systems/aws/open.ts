import type {AwsAccount} from './account.js'
import {bucketReader} from './read-buckets.js'
import {databaseReader} from './read-databases.js'
import {groupReader} from './read-groups.js'
import {identityReader} from './read-identity.js'
import {instanceReader} from './read-instances.js'
import {networkReader} from './read-network.js'
import {nodeReader} from './read-nodes.js'
import {permissionReader} from './read-permissions.js'
import {targetReader} from './read-targets.js'
import {commandRunner} from './run-commands.js'
import {type AwsSettings, openSession} from './session.js'
import {bucketWriter} from './write-buckets.js'
import {databaseWriter} from './write-databases.js'
import {groupWriter} from './write-groups.js'
import {instanceWriter} from './write-instances.js'
import {networkWriter} from './write-network.js'
import {targetWriter} from './write-targets.js'

/** One account in one region; nothing is loaded and nothing is sent yet. */
export function openAws(settings: AwsSettings): AwsAccount {
  const session = openSession(settings)
  return {
    ...identityReader(session, settings),
    ...instanceReader(session),
    ...instanceWriter(session),
    ...targetReader(session),
    ...targetWriter(session),
    ...groupReader(session),
    ...groupWriter(session),
    ...permissionReader(session),
    ...nodeReader(session),
    ...commandRunner(session),
    ...databaseReader(session),
    ...databaseWriter(session),
    ...bucketReader(session),
    ...bucketWriter(session),
    ...networkReader(session),
    ...networkWriter(session),
    keepOpen: settings.keepOpen ?? [],
    close: () => session.close(),
  }
}
