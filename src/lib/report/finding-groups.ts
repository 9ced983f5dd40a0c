import type {Finding} from '../engine/runbook.js'
import {cleanLines} from '../text/clean.js'
import type {Paint} from './paint.js'
import {pad} from './width.js'
import {wrap} from './wrap.js'

export interface FindingGroup {
  name: string
  findings: Finding[]
}

const WORDS = {pass: 'ok', warn: 'WARN', refuse: 'BAD'} as const
const LONGEST_WORD = 'WARN'.length

/** For each group what is well in one entry, and what is not one by one with its fix, which is never wrapped. */
export function renderGroups(groups: readonly FindingGroup[], width: number, colours: Paint): string[] {
  const names = Math.max(...groups.map(({name}) => name.length))
  return groups
    .filter(({findings}) => findings.length > 0)
    .flatMap(({name, findings}) => {
      const entries = entriesOf(findings)
      return entries.flatMap((entry, at) => entryLines(at === 0 ? name : '', entry, names, width, colours))
    })
}

function entriesOf(findings: readonly Finding[]): Omit<Finding, 'id'>[] {
  const well = findings.filter(({level}) => level === 'pass').map(({saw}) => saw)
  const worst = findings
    .filter(({level}) => level !== 'pass')
    .toSorted((a, b) => Number(b.level === 'refuse') - Number(a.level === 'refuse'))
  return [...worst, ...(well.length > 0 ? [{level: 'pass' as const, saw: well.join('; ')}] : [])]
}

function entryLines(
  name: string,
  {level, saw, clear}: Omit<Finding, 'id'>,
  names: number,
  width: number,
  colours: Paint,
): string[] {
  const word = pad(WORDS[level], LONGEST_WORD)
  const indent = ' '.repeat(names + LONGEST_WORD + 4)
  const text = wrap(saw, width - indent.length)
  const colour = {pass: colours.green, warn: colours.yellow, refuse: colours.red}[level]
  return [
    `${pad(name, names)}  ${colour(word)}  ${text[0] ?? ''}`,
    ...text.slice(1).map((line) => indent + line),
    ...(clear === undefined ? [] : fixLines(cleanLines(clear), indent, width)),
  ]
}

/** Where one does not fit beside the label, all start near the margin: each is to be pasted in one piece. */
function fixLines(commands: readonly string[], indent: string, width: number): string[] {
  const label = `${indent}fix: `
  if (commands.some((command) => label.length + command.length > width))
    return [label.trimEnd(), ...commands.map((command) => `  ${command}`)]
  return commands.map((command, at) => `${at === 0 ? label : ' '.repeat(label.length)}${command}`)
}
