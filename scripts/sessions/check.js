export const title = 'A check of every target'
export const part = 'redis'
export const sizes = [
  [80, 24],
  [60, 15],
]

/** Nobody listens there. */
const VCENTER = 'vsphere: {dc: {url: "https://127.0.0.1:9/sdk", user: ops, password: {env: PW}}}'

export async function play({type, until, keep, interrupt}) {
  await type('redeye lab up haproxy >/dev/null; sleep 3; echo "both" "are up"')
  await until('both are up')
  await type(
    'cd $XDG_STATE_HOME && cat redeye/lab/*/redeye.yaml > all.yaml && export REDEYE_INVENTORY=$PWD/all.yaml',
  )
  await type('redeye check')
  keep('All is well', await until('exit 0'))
  await type(`echo '${VCENTER}' >> all.yaml; export PW=x; redeye check vsphere redis`)
  keep('One is out of reach', await until('redeye vsphere check'))
  await type(
    'redeye haproxy maint one/s1 --override last-server --reason demo --confirm one/s1 >/dev/null 2>&1; echo "it is" "out"',
  )
  await until('it is out')
  await type('redeye check haproxy --since-ok')
  keep('One is not well, and what has changed since it was', await until('redeye haproxy check'))
  await type('redeye check haproxy/web-lb redis --tap | head -20')
  keep('For a CI job', await until('wrong:'))
  await type('redeye check --watch 5s')
  keep('Watching', await until('next round in'))
  interrupt()
  keep('Ctrl-C: the last answers stay, with their exit code', await until('Next:'))
  await type('redeye check flights')
  keep('A name that nobody knows', await until('exit 2'))
}
