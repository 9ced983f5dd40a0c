export const title = 'The footing of redeye itself'
export const part = 'haproxy'
export const sizes = [[80, 24]]

export async function play({type, until, keep}) {
  await type('cd $XDG_STATE_HOME; export HOME=$PWD; unset SSH_AUTH_SOCK; redeye doctor')
  keep('All is well', await until('exit 0'))
  await type('redeye haproxy drain app/s2 --yes >/dev/null 2>&1 &')
  await type(
    'until grep -q applying redeye/runs/*/journal.jsonl 2>&1; do sleep 0.1; done; kill -9 $(cat /proc/$!/task/$!/children); echo "it is" "dead"',
  )
  await until('it is dead')
  await type('echo hunter2 > orders.password; chmod 644 orders.password')
  await type(
    "echo 'redis: {orders: {seeds: [127.0.0.1:7000], password: {file: orders.password}}}' > night.yaml",
  )
  await type('redeye doctor --inventory night.yaml')
  keep('A secret that others can read, and a run that was killed (the end of it)', await until('to mend'))
  await type('redeye doctor --inventory night.yaml --json | jq -r ".next[]"')
  keep('The fixes alone', await until('runs undo'))
  await type(
    'chmod 600 orders.password; redeye runs undo "$(ls redeye/runs | tail -1)" --yes >/dev/null 2>&1',
  )
  await type('redeye locks list; redeye doctor --inventory night.yaml')
  keep('All mended', await until('0 to mend'))
}
