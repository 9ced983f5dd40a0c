import {type AwsAnswer, type AwsCall, jsonAnswer} from './aws-call.js'
import {edited} from './aws-edit.js'
import type {AwsOverlay} from './aws-overlay.js'
import {find, findAll, node, put, textAt, type XmlNode} from './xml-tree.js'

/** What the simulator lacks of databases: standbys that take over, events of it, how far readers are behind. */
export interface AwsDatabases extends AwsOverlay {
  /** What a failover shows, and after how long; both, at once, unless said. */
  shows(what: {swap: boolean; event: boolean; afterMs?: number}): void
  /** Of an event that was there before. */
  happened(database: string, atMs: number): void
  /** In milliseconds for Aurora, in seconds for others. */
  behind(database: string, lag: number): void
  /** Status of an instance instead of the simulator's. */
  status(database: string, status: string): void
}

const COMPLETED = 'Multi-AZ instance failover completed.'

export function awsDatabases(): AwsDatabases {
  let shown = {swap: true, event: true, afterMs: 0}
  const swaps = new Map<string, number>()
  const events: {database: string; atMs: number}[] = []
  const lags = new Map<string, number>()
  const states = new Map<string, string>()

  const failOver = (database: string) => {
    const atMs = Date.now() + shown.afterMs
    if (shown.swap) swaps.set(database, atMs)
    if (shown.event) events.push({database, atMs})
  }
  const show = (instance: XmlNode) => {
    const id = textAt(instance, 'DBInstanceIdentifier')
    const status = states.get(id)
    if (status !== undefined) put(instance, 'DBInstanceStatus', status)
    if (textAt(instance, 'MultiAZ') !== 'true') return
    const zones = [textAt(instance, 'AvailabilityZone'), 'eu-west-1b']
    if ((swaps.get(id) ?? Number.POSITIVE_INFINITY) <= Date.now()) zones.reverse()
    put(instance, 'AvailabilityZone', zones[0] ?? '')
    put(instance, 'SecondaryAvailabilityZone', zones[1] ?? '')
  }
  return {
    shows(what) {
      shown = {afterMs: 0, ...what}
    },
    happened: (database, atMs) => void events.push({database, atMs}),
    behind: (database, lag) => void lags.set(database, lag),
    status: (database, status) => void states.set(database, status),
    async handle(call, pass) {
      if (call.service === 'monitoring' && call.action === 'GetMetricStatistics') return lagOf(call, lags)
      if (call.service !== 'rds') return await pass()
      const answer = await pass()
      if (call.action === 'RebootDBInstance' && call.params.ForceFailover === 'true')
        failOver(call.params.DBInstanceIdentifier ?? '')
      if (call.action === 'DescribeDBInstances')
        return edited(answer, (root) => {
          for (const instance of findAll(root, 'DBInstances').flatMap(({children}) => children))
            show(instance)
        })
      if (call.action === 'DescribeEvents') return withEvents(call, answer, events)
      return answer
    },
  }
}

function withEvents(
  {params}: AwsCall,
  answer: AwsAnswer,
  events: readonly {database: string; atMs: number}[],
): AwsAnswer {
  return edited(answer, (root) => {
    const list = find(root, 'DescribeEventsResult', 'Events')
    for (const {database, atMs} of events)
      if (database === params.SourceIdentifier && atMs <= Date.now())
        list?.children.push(
          node('Event', [
            node('SourceIdentifier', database),
            node('SourceType', 'db-instance'),
            node('Message', COMPLETED),
            node('Date', new Date(atMs).toISOString()),
          ]),
        )
  })
}

function lagOf({json}: AwsCall, lags: ReadonlyMap<string, number>): AwsAnswer {
  const {Dimensions = [], MetricName = ''} = json as {
    Dimensions?: {Value: string}[]
    MetricName?: string
  }
  const lag = lags.get(Dimensions[0]?.Value ?? '')
  const Timestamp = Math.floor(Date.now() / 1000)
  const Datapoints = lag === undefined ? [] : [{Timestamp, Maximum: lag, Unit: 'None'}]
  return jsonAnswer({Label: MetricName, Datapoints})
}
