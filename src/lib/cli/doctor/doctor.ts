import type {Outcome} from '../../engine/outcome.js'
import type {Finding} from '../../engine/runbook.js'
import {tally} from '../../engine/state.js'
import {type FindingGroup, renderGroups} from '../../report/finding-groups.js'
import {renderOutcome} from '../../report/outcome.js'
import {realClock} from '../clock.js'
import type {Environment} from '../environment.js'
import {finish} from '../finish.js'
import type {CommonFlags} from '../flags.js'
import {clock} from './clock.js'
import {type Footing, footingOf, type Question, refuse} from './footing.js'
import {inventory} from './inventory.js'
import {knownHosts} from './known-hosts.js'
import {labs} from './labs.js'
import {locks} from './locks.js'
import {runs} from './runs.js'
import {secretsFound} from './secrets.js'
import {ssh} from './ssh.js'
import {stateDir} from './state-dir.js'
import {terminal} from './terminal.js'
import {tool} from './tool.js'

/** In the order in which a person would mend them. */
const GROUPS: Readonly<Record<string, Question>> = {
  tool,
  terminal,
  inventory,
  secrets: secretsFound,
  ssh,
  'known-hosts': knownHosts,
  clock,
  state: stateDir,
  locks,
  runs,
  lab: labs,
}

/** Looks at everything that redeye itself stands on, and says how to mend what is wrong. */
export async function doctor(
  flags: CommonFlags & {offline: boolean},
  at: Environment,
  version: string,
): Promise<void> {
  at.within?.reading()
  const began = realClock.now()
  const footing = await footingOf(flags.inventory, {at, version, offline: flags.offline})
  const groups = await Promise.all(
    Object.entries(GROUPS).map(async ([name, question]) => ({
      name,
      findings: await answered(question, footing),
    })),
  )
  const outcome = conclude(groups, realClock.now() - began)
  if (at.within) return at.within.answered(outcome)
  finish(outcome, flags.json, undefined, (shown, width, colours) => [
    ...renderGroups(grouped(shown.findings), width, colours),
    '',
    ...renderOutcome({...shown, because: [], next: []}, width, colours),
  ])
}

/** One group that cannot be asked does not hide the others. */
async function answered(question: Question, footing: Footing): Promise<Finding[]> {
  try {
    return await question(footing)
  } catch (error) {
    return [refuse('ask', `this could not be looked at: ${(error as Error).message}`)]
  }
}

function conclude(groups: readonly FindingGroup[], ms: number): Outcome {
  const findings = groups.flatMap(({name, findings: own}) =>
    own.map((one) => ({...one, id: `${name}/${one.id}`})),
  )
  const bad = findings.filter(({level}) => level === 'refuse')
  const doubtful = findings.filter(({level}) => level === 'warn')
  return {
    verdict: bad.length > 0 ? 'unhealthy' : 'healthy',
    runbook: 'doctor',
    subject: '',
    says: `${findings.length} questions: ${findings.length - bad.length - doubtful.length} ok, ${doubtful.length} doubtful, ${bad.length} to mend${bad.length > 0 ? ` (${groupsOf(bad).join(', ')})` : ''}`,
    because: [...bad, ...doubtful].map(({id, saw}) => `${id}: ${saw}`),
    next: [...bad, ...doubtful].flatMap(({clear}) => clear?.split('\n') ?? []),
    findings,
    steps: [],
    totals: tally([], 0),
    ms,
  }
}

function groupsOf(findings: readonly Finding[]): string[] {
  return [...new Set(findings.map(({id}) => id.split('/')[0] ?? ''))]
}

function grouped(findings: readonly Finding[]): FindingGroup[] {
  return Object.keys(GROUPS).map((name) => ({
    name,
    findings: findings.filter(({id}) => id.startsWith(`${name}/`)),
  }))
}
