import {type AwsBuckets, awsBuckets} from './aws-buckets.js'
import {type AwsCommands, awsCommands} from './aws-commands.js'
import {type AwsCredentials, awsCredentials} from './aws-credentials.js'
import {type AwsDatabases, awsDatabases} from './aws-databases.js'
import {type AwsFaults, awsFaults} from './aws-faults.js'
import {type AwsGroups, awsGroups} from './aws-groups.js'
import {type AwsLife, awsLife} from './aws-life.js'
import {type AwsNodes, awsNodes} from './aws-nodes.js'
import type {AskSimulator} from './aws-overlay.js'
import {type AwsTargets, awsTargets} from './aws-targets.js'

/** What is laid over the simulator, new for every test. */
export interface AwsOverlays {
  faults: AwsFaults
  credentials: AwsCredentials
  life: AwsLife
  targets: AwsTargets
  groups: AwsGroups
  buckets: AwsBuckets
  databases: AwsDatabases
  nodes: AwsNodes
  commands: AwsCommands
}

/** Refusals first: what is refused has no effect on the others. */
export function awsOverlays(ask: AskSimulator): AwsOverlays {
  return {
    credentials: awsCredentials(),
    faults: awsFaults(),
    groups: awsGroups(ask),
    targets: awsTargets(),
    life: awsLife(),
    buckets: awsBuckets(),
    databases: awsDatabases(),
    nodes: awsNodes(),
    commands: awsCommands(),
  }
}
