import type {Finding} from '../../engine/runbook.js'
import {few, pass, refuse, warn} from '../finding.js'
import type {Reading} from '../reading.js'
import type {HealthFacts} from './read-estate.js'

const SKEW_MS = 5 * 60_000

/** Each question about one host, with its answer: `refuse` is red, `warn` is yellow. */
export function hostHealth(
  facts: HealthFacts,
): Reading & {findings: Finding[]; state: 'green' | 'yellow' | 'red'} {
  const findings = [
    connection(facts),
    overall(facts),
    sensors(facts),
    alarms(facts),
    issues(facts),
    links(facts),
    stores(facts),
    time(facts),
    agent(facts),
    restart(facts),
  ]
  const state = findings.some(({level}) => level === 'refuse')
    ? 'red'
    : findings.some(({level}) => level === 'warn')
      ? 'yellow'
      : 'green'
  const {host, health} = facts
  const days = Math.floor(health.uptimeSec / 86_400)
  return {
    findings,
    state,
    tables: [
      {
        columns: [{name: 'question'}, {name: 'state'}, {name: 'seen', shrink: true}],
        rows: findings.map(({id, level, saw}) => [id, COLOURS[level], saw]),
      },
    ],
    notes: [
      `${host.name}: ${host.product}, up for ${days} days${host.lockdown ? `, lockdown ${host.lockdown}` : ''}`,
    ],
    json: {
      host: {ref: host.ref, name: host.name, path: host.path},
      state,
      questions: findings.map(({id, level, saw}) => ({id, state: COLOURS[level], saw})),
      health,
    },
  }
}

const COLOURS = {pass: 'green', warn: 'yellow', refuse: 'red'} as const

function connection({host}: HealthFacts): Finding {
  if (host.connection === 'connected') return pass('connection', 'connected')
  return refuse('connection', host.connection, 'look at its management network and power')
}

function overall({host}: HealthFacts): Finding {
  if (host.overall === 'red') return refuse('status', 'red', 'see alarms and sensors')
  return host.overall === 'yellow' ? warn('status', 'yellow') : pass('status', host.overall)
}

function sensors({health}: HealthFacts): Finding {
  const named = (state: string) =>
    health.sensors
      .filter((one) => one.state === state)
      .map(({name, reading}) => `${name}${reading ? ` ${reading}` : ''}`)
  const [red, yellow] = [named('red'), named('yellow')]
  if (red.length > 0) return refuse('sensors', few([...red, ...yellow]), 'look at the hardware')
  if (yellow.length > 0) return warn('sensors', few(yellow))
  return pass('sensors', `${health.sensors.length} sensors, none yellow or red`)
}

function alarms({host}: HealthFacts): Finding {
  if (host.redAlarms.length === 0) return pass('alarms', 'no red alarms')
  return refuse('alarms', few(host.redAlarms), 'look at the alarm in vCenter')
}

function issues({host}: HealthFacts): Finding {
  return host.configIssues.length > 0
    ? warn('config-issues', few(host.configIssues))
    : pass('config-issues', 'none')
}

function links({health}: HealthFacts): Finding {
  return health.linksDown.length > 0
    ? warn('uplinks', `no link: ${few(health.linksDown)}`)
    : pass('uplinks', 'every uplink has a link')
}

function stores({storesAway}: HealthFacts): Finding {
  if (storesAway.length === 0) return pass('datastores', 'every datastore is accessible')
  return refuse('datastores', `not accessible: ${few(storesAway)}`, 'look at the paths to the storage')
}

function time({health}: HealthFacts): Finding {
  const {skewMs, ntpRunning} = health
  if (skewMs !== null && Math.abs(skewMs) > SKEW_MS)
    return refuse('time', `its clock differs by ${Math.round(skewMs / 1000)} s`, 'look at its NTP servers')
  if (ntpRunning === false) return warn('time', 'NTP does not run')
  return pass(
    'time',
    skewMs === null ? 'its clock could not be read' : `its clock differs by ${Math.round(skewMs / 1000)} s`,
  )
}

function agent({host}: HealthFacts): Finding {
  const fine = ['', 'connectedToMaster', 'master'].includes(host.ha) || host.inMaintenance
  if (fine) return pass('ha-agent', host.ha || 'no HA')
  return warn('ha-agent', host.ha)
}

function restart({host}: HealthFacts): Finding {
  return host.rebootRequired ? warn('reboot', 'it asks for a reboot') : pass('reboot', 'not asked for')
}
