import {fileURLToPath} from 'node:url'

export const title = 'A Markdown runbook'
export const part = 'haproxy'
export const sizes = [
  [80, 24],
  [60, 15],
]

const books = fileURLToPath(new URL('../../docs/books', import.meta.url))
const FILE = 'haproxy-replace-server.md'

export async function play({type, until, keep, interrupt}) {
  await type(`cd ${books}; clear; redeye book check ${FILE} --dry-run`)
  keep('Could it be run?', await until('exit 0'))
  await type(`redeye book run ${FILE}`)
  await until('BACKEND/SERVER?')
  await type('app/s2', false)
  keep(
    'What stands before a command is for you to read; one that only reads is run',
    await until('Enter plans'),
  )
  await type('', false)
  keep('What changes something shows its plan, and asks once', await until('Run it?'))
  await type('y', false)
  await until('step 3 of 4')
  keep('Done, and the next one: there is something to do by hand before', await until('Enter plans'))
  await type('', false)
  await until('Run it?')
  await type('y', false)
  await until('watch app/s2 serve')
  interrupt()
  keep('Ctrl-C in the middle', await until('runs undo'))
  await type('redeye runs list')
  keep('The document and its commands', await until('haproxy drain'))
  await type('redeye runs resume $(redeye runs list --json | jq -r .[0].run) --yes')
  keep('Going on', await until('exit 0'))
  await type('redeye runs undo $(redeye runs list --json | jq -r .[0].run) --yes')
  keep('All of it taken back', await until('exit 0'))
}
