import {describe, expect, test} from 'vitest'
import {commandsOf} from '../../src/lib/book/command.js'
import {parseDocument} from '../../src/lib/book/document.js'
import {nameProblems} from '../../src/lib/book/names.js'
import {problemLines} from '../../src/lib/book/problem.js'

const FENCE = '```'
const read = (text: string) => {
  const document = parseDocument(text, 'name')
  const lines = problemLines('f.md', [...document.problems, ...nameProblems(document, text)])
  return {document, lines, argv: commandsOf(document, {}).commands.map(({argv}) => argv)}
}

test('only blocks fenced as redeye hold commands, also in lists and quotes', () => {
  const {argv, lines, document} = read(`# Title

${FENCE}sh
rm -rf /
${FENCE}

${FENCE}redeye
haproxy check
${FENCE}

1. First

   ~~~redeye
   haproxy drain app/s2
   ~~~

   - then
     ${FENCE}redeye
     haproxy ready app/s2
     redis check
     ${FENCE}

> ${FENCE}redeye
> redis status
> ${FENCE}
`)
  expect(lines).toEqual([])
  expect(document.title).toBe('Title')
  expect(argv).toEqual([
    ['haproxy', 'check'],
    ['haproxy', 'drain', 'app/s2'],
    ['haproxy', 'ready', 'app/s2'],
    ['redis', 'check'],
    ['redis', 'status'],
  ])
})

test('every word has its place in the file, behind front matter and in a list', () => {
  const {document} = read(
    `---\ntitle: T\n---\n\n- item\n  ${FENCE}redeye\n  haproxy drain app/s2\n  ${FENCE}\n`,
  )
  expect(document.title).toBe('T')
  expect(commandsOf(document, {}).commands[0]?.words).toMatchObject([
    {line: 7, column: 3},
    {line: 7, column: 11},
    {line: 7, column: 17},
  ])
})

test.each([
  ['a block that is not closed', `x\n\n${FENCE}redeye\nhaproxy check\n`, 'f.md:3:1: the block is not closed'],
  ['an empty block', `${FENCE}redeye\n# nothing\n${FENCE}\n`, 'f.md:1:1: the block has no command in it'],
  [
    'words behind redeye',
    `${FENCE}redeye --yes\na b\n${FENCE}\n`,
    'f.md:1:1: nothing may stand behind redeye: --yes',
  ],
  ['a pipe', `${FENCE}redeye\nhaproxy check | tee\n${FENCE}\n`, /^f\.md:2:15: \| means nothing here/],
  [
    'an unknown variable',
    `${FENCE}redeye\nhaproxy drain {{servr}}\n${FENCE}\n`,
    /^f\.md:2:15: there is no variable servr/,
  ],
  [
    'a bad variable',
    `${FENCE}redeye\nhaproxy drain {{a b}}\n${FENCE}\n`,
    /^f\.md:2:15: .*a variable is written/,
  ],
])('%s', (_, text, line) => {
  expect(read(text).lines).toEqual([typeof line === 'string' ? line : expect.stringMatching(line)])
})

describe('front matter', () => {
  const withVars = (vars: string, use = '{{x}}') =>
    read(`---\nvars:\n${vars}\n---\n${FENCE}redeye\na ${use}\n${FENCE}\n`).lines
  test.each([
    ['  x: {type: sting}', /^f\.md:3:13: type must be one of string, integer/],
    ['  x: {type: string, defalt: a}', /^f\.md:3:21: unknown key defalt; did you mean default\?/],
    ['  x: {type: string, pattern: "("}', /^f\.md:3:30: .*not a regular expression/],
    ['  x: {type: integer, default: 1.5}', /^f\.md:3:31: x: default 1\.5: it is not a whole number/],
    ['  x: {type: choice, options: [a, b], example: c}', /^f\.md:3:47: x: example c: it is none of a, b/],
    ['  x: {type: target, system: rediss}', /^f\.md:3:29: vars\.x\.system/],
    ['  X: {type: string}', /^f\.md:3:3: vars\.X: a name is lower case letters/],
    ['  x: {type: string', /^f\.md:\d+:\d+: not valid YAML/],
  ])('%s', (vars, line) => {
    expect(withVars(vars)[0]).toMatch(line)
  })

  test('a variable that is not used', () => {
    expect(withVars('  x: {type: string}\n  y: {type: string}')).toEqual(['f.md:4:3: variable y is not used'])
  })
})
