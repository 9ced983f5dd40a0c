import type {Hook} from '@oclif/core'

/** Says what was probably meant, and runs nothing: Enter must never start a command that nobody typed. */
const hook: Hook.CommandNotFound = async ({config, id, argv}) => {
  const {suggestions} = await import('../../inventory/suggest.js')
  const {endedEarly, finish} = await import('../finish.js')
  const words = id.split(':')
  const known = config.commands
    .filter((command) => !command.hidden)
    .map((command) => command.id.replaceAll(':', ' '))
  const below = known.filter((command) => command.startsWith(`${words.join(' ')} `))
  // oclif hands over arguments as part of the id: the longest start that resembles a command is what was meant.
  const starts = words.slice(0, 3).map((_, at) => words.slice(0, Math.min(words.length, 3) - at).join(' '))
  const candidates = [...known, ...config.topics.map((topic) => topic.name.replaceAll(':', ' '))]
  const near = [below, ...starts.map((start) => suggestions(start, candidates)), verbs(words[0], known)].find(
    (all) => all.length > 0,
  )
  const typed = words.slice(0, 2).join(' ')
  const next = near ? near.map((command) => `redeye ${command} --help`) : ['redeye --help']
  const says = below.length > 0 ? `${typed} needs one more word` : `there is no command ${typed}`
  finish(endedEarly('usage', typed.replace(' ', ':'), says, [], next), argv?.includes('--json') ?? false)
}

/** Commands whose verb was typed without its system: `drain app/s2`. */
function verbs(word = '', known: readonly string[]): string[] {
  return known.filter((command) => command.endsWith(` ${word}`))
}

export default hook
