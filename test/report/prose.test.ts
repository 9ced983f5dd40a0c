import {stripVTControlCharacters} from 'node:util'
import {fromMarkdown} from 'mdast-util-from-markdown'
import {expect, test} from 'vitest'
import {paint} from '../../src/lib/report/paint.js'
import {renderProse} from '../../src/lib/report/prose.js'
import {displayWidth} from '../../src/lib/report/width.js'

const shown = (text: string, width = 40, colour = false) =>
  fromMarkdown(text).children.flatMap((node) =>
    renderProse(node, {width, colours: paint(colour), fill: (one) => one.replaceAll('{{x}}', 'app/s2')}),
  )

test('headings, paragraphs, lists, code and links are readable without colour', () => {
  expect(
    shown(`# Take {{x}} out

Some **bold** and \`{{x}}\` text that is longer than one line of this screen.

1. first item, which is long enough to be wrapped
   - inner
2. second, [docs](https://example.net)

> mind this

\`\`\`sh
run {{x}}
\`\`\`
`),
  ).toEqual([
    'Take app/s2 out',
    '===============',
    'Some **bold** and `app/s2` text that is',
    'longer than one line of this screen.',
    '1. first item, which is long enough to',
    '   be wrapped',
    '   - inner',
    '2. second, docs (https://example.net)',
    '> mind this',
    '    run app/s2',
  ])
})

test('the rule under a heading is as wide as its words, with colour too', () => {
  expect(shown('## Four', 40, true).map((line) => stripVTControlCharacters(line))).toEqual(['Four', '----'])
})

test('nothing from the document reaches the terminal as it is, and no line is too wide', () => {
  const text = `# a\u001b[2Jb\n\n${'long '.repeat(50)}\u202e\n\n- \u0007x\n\n    code\u001b]0;t\u0007\n`
  for (const line of shown(text)) {
    expect(line).not.toMatch(/[\p{Cc}\u202e]/u)
    expect(displayWidth(line)).toBeLessThanOrEqual(44)
  }
})
