export const title = 'A drain'
export const part = 'haproxy'
export const sizes = [
  [80, 24],
  [60, 15],
]

export async function play({type, until, keep, interrupt}) {
  await type('redeye haproxy status app')
  keep('Status', await until('app/s3           lb2').catch(() => until('app/s3')))
  await type('redeye haproxy drain one/s1 --progress none')
  keep('Refused: the last server of a backend', await until('exit 3'))
  await type('redeye haproxy drain app/s2 --settle 4')
  keep('The question, below the plan', await until('[y/N]'))
  await type('y', false)
  keep('While it waits', await until('running for 1s'))
  keep('Done', await until('runs undo'))
  await type('redeye haproxy ready app/s2 --yes --watch 3s')
  keep('Back into rotation, watched', await until('running for 1s'))
  await until('runs undo')
  await type('redeye haproxy drain app/s1 --settle 6 --yes')
  await until('running for 1s')
  interrupt()
  keep('Ctrl-C in the middle', await until('runs undo'))
  await type('redeye runs list')
  keep('What can be resumed or undone', await until('interrupted'))
}
