export const title = 'The footing of redeye itself'
export const part = 'haproxy'
export const sizes = [
  [80, 24],
  [60, 15],
]

export async function play({type, until, keep}) {
  await type('cd $XDG_STATE_HOME; export HOME=$PWD; unset SSH_AUTH_SOCK; redeye doctor')
  keep('All is well', await until('exit 0'))
  await type(
    'redeye haproxy drain app/s2 --yes >/dev/null 2>&1 & sleep 1.5; kill -9 $!; sleep 0.5; echo "it is" "dead"',
  )
  await until('it is dead')
  await type('echo hunter2 > orders.password; chmod 644 orders.password; echo "it is" "open"')
  await until('it is open')
  await type(
    "echo 'redis: {orders: {seeds: [127.0.0.1:7000], password: {file: orders.password}}}' > bad.yaml; clear; redeye doctor --inventory bad.yaml | head -20",
  )
  keep('A secret that others can read, and a run that was killed', await until('state '))
  await type('chmod 600 orders.password; redeye doctor --inventory bad.yaml | tail -17')
  keep('One mended, one left', await until('exit 13'))
  await type(
    'redeye runs undo "$(ls redeye/runs | tail -1)" --yes >/dev/null 2>&1; redeye doctor --inventory bad.yaml | tail -15',
  )
  keep('Nothing left to mend', await until('exit 0'))
}
