import {dirname, resolve} from 'node:path'
import type {Finding} from '../../engine/runbook.js'
import type {Loaded} from '../../inventory/load.js'
import {RemoteError} from '../../remote/fault.js'
import {agentKeys} from '../../remote/ssh/agent.js'
import {identities} from '../../remote/ssh/identities.js'
import {readKeyFile} from '../../remote/ssh/key-file.js'
import type {ResolvedTarget} from '../../remote/ssh/target.js'
import type {Environment} from '../environment.js'
import {alike, type Trouble} from './alike.js'
import {pass, type Question, warn} from './footing.js'
import {type Reached, reachedBy, withJumps} from './ssh-targets.js'

const ASK_MS = 10_000
const AGENT_MS = 3000

/** Whether there is a key to sign in with, everywhere. No host is contacted. */
export const ssh: Question = async ({loaded, at}) => {
  const signal = AbortSignal.timeout(ASK_MS)
  const reached = loaded ? await reachedBy(loaded, at, signal) : []
  const targets = reached.flatMap((one) => ('resolved' in one ? withJumps(one.resolved) : []))
  return [
    ...configuration(reached),
    ...(await agents(targets, at)),
    ...(await keys(reached, at, signal)),
    ...(loaded ? await fleetKeys(loaded, at) : []),
  ]
}

function configuration(reached: readonly Reached[]): Finding[] {
  const troubles = reached.flatMap(({called, ...one}): Trouble[] =>
    'problem' in one ? [{called, saw: one.problem.message, clear: commandIn(one.problem.hint)}] : [],
  )
  if (troubles.length > 0) return alike('config', 'refuse', troubles)
  if (reached.length === 0) return [pass('config', 'no target is reached over SSH by name')]
  return [pass('config', `${reached.length} ${reached.length === 1 ? 'host is' : 'hosts are'} configured`)]
}

async function agents(targets: readonly ResolvedTarget[], {env}: Environment): Promise<Finding[]> {
  const named = targets.flatMap(({agentSocket}) => agentSocket ?? [])
  const sockets = new Set([...named, ...(env.SSH_AUTH_SOCK ? [env.SSH_AUTH_SOCK] : [])])
  if (sockets.size === 0) return [pass('agent', 'no agent (SSH_AUTH_SOCK is not set)')]
  return await Promise.all(
    [...sockets].map(async (socket) => {
      const {keys: held, problem} = await agentKeys(socket, AbortSignal.timeout(AGENT_MS))
      if (problem !== undefined) return warn('agent', problem, 'eval "$(ssh-agent)" && ssh-add')
      if (held.length === 0) return warn('agent', `the agent at ${socket} has no key`, 'ssh-add')
      return pass('agent', `the agent has ${held.length} ${held.length === 1 ? 'key' : 'keys'}`)
    }),
  )
}

/** What signing in would offer. A key that a person has named and that cannot be used is said even where another one can. */
async function keys(
  reached: readonly Reached[],
  {uid}: Environment,
  signal: AbortSignal,
): Promise<Finding[]> {
  const none: Trouble[] = []
  const unused: Trouble[] = []
  let usable = 0
  for (const one of reached) {
    if (!('resolved' in one)) continue
    try {
      for (const hop of withJumps(one.resolved)) {
        const {notes} = await identities(hop, uid, signal)
        if (hop === one.resolved && one.ssh.identityFiles)
          unused.push(...notes.map((saw) => ({called: one.called, saw, clear: commandIn(saw)})))
      }
      usable += 1
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error
      none.push({
        called: one.called,
        saw: error.message,
        clear: commandIn(error.message) ?? commandIn(error.hint),
      })
    }
  }
  return [
    ...alike('keys', 'refuse', none),
    ...alike('keys', 'warn', unused),
    ...(usable > 0 ? [pass('keys', `there is a key for ${usable} of ${reached.length}`)] : []),
  ]
}

/** Identity files of fleets, whose hosts are in a list of their own. */
async function fleetKeys({inventory, source}: Loaded, at: Environment): Promise<Finding[]> {
  const files = Object.entries(inventory.receivers).flatMap(([name, {identity = []}]) =>
    identity.map((file) => ({called: `receivers/${name}`, file: pathOf(file, dirname(source), at.home)})),
  )
  const troubles: Trouble[] = []
  for (const {called, file} of files) {
    const {problem, missing} = await readKeyFile(file, at.uid)
    if (missing)
      troubles.push({called, saw: `${file} is not there`, clear: `ssh-keygen -t ed25519 -f ${file}`})
    else if (problem !== undefined) troubles.push({called, saw: problem, clear: commandIn(problem)})
  }
  const good = files.length - troubles.length
  return [
    ...alike('fleet-keys', 'refuse', troubles),
    ...(good > 0 ? [pass('fleet-keys', `${good} of ${files.length} keys of fleets can be used`)] : []),
  ]
}

function pathOf(path: string, directory: string, home: string): string {
  return path.startsWith('~/') ? resolve(home, path.slice(2)) : resolve(directory, path)
}

/** Messages have their command in brackets, hints in backticks. */
function commandIn(text = ''): string | undefined {
  return (
    /\((?:to try one: )?((?:chmod|ssh-add|ssh-keygen)[^)]*)\)/.exec(text)?.[1] ?? /`([^`]+)`/.exec(text)?.[1]
  )
}
