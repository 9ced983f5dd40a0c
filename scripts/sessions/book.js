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
  keep('A command that only reads is run; one that changes something is asked about', await until('[q]uit'))
  await type('y', false)
  await until('step 3 of 4')
  keep('Done, and the next one', await until('[q]uit'))
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
