import type {LinuxHost, LinuxSystems} from '../../systems/linux/host.js'
import {type ConfigTest, surveyUnit, testConfig, type UnitSurvey} from '../../systems/linux/unit.js'
import type {RestartInput} from './restart-input.js'
import {surveyAll} from './survey-all.js'

export type HostFacts = UnitSurvey & {
  /** Null: there is no test for this unit. */
  configTest: ConfigTest | null
}

export type ServiceFacts = {
  /** Steps that ended well, of a run that is taken up: what it has begun itself is no reason to refuse it. */
  takenUp: string[] | null
  hosts: {[host: string]: HostFacts}
  /** State of the unit on the hosts of the same groups that are not restarted; what could not be asked says why. */
  peers: {[host: string]: string}
}

/** The hosts that are still to be restarted. */
export function pending({hosts, takenUp}: ServiceFacts): string[] {
  return Object.keys(hosts).filter((name) => !takenUp?.includes(`${name}/restart`))
}

/** Reads every host, and what the unit does on the others of its group. @throws RemoteError */
export async function surveyService(
  systems: LinuxSystems,
  asked: RestartInput,
  signal: AbortSignal,
): Promise<ServiceFacts> {
  const names = asked.hosts.map(({name}) => name)
  const others = [...new Set(asked.hosts.flatMap(({peers}) => peers))].filter((one) => !names.includes(one))
  const [hosts, peers] = await Promise.all([
    surveyAll(systems, names, (host) => surveyHost(host, asked, signal)),
    Promise.all(
      others.map(async (name) => [name, await stateOn(systems, name, asked.unit, signal)] as const),
    ),
  ])
  return {takenUp: systems.takenUp(), hosts, peers: Object.fromEntries(peers)}
}

async function surveyHost(host: LinuxHost, asked: RestartInput, signal: AbortSignal): Promise<HostFacts> {
  const survey = await surveyUnit(host, asked.unit, signal)
  const argv = asked.settings[host.name]?.configTest ?? []
  const tested = argv.length > 0 && survey.unit.load === 'loaded'
  return {...survey, configTest: tested ? await testConfig(host, argv, signal) : null}
}

async function stateOn(
  systems: LinuxSystems,
  name: string,
  unit: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    return (await surveyUnit(await systems.linux(name), unit, signal)).unit.active
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
