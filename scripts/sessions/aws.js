export const title = 'An impaired instance, and a door that is open for a while'
export const part = 'aws'
export const sizes = [
  [80, 24],
  [60, 15],
]

const LAST = '"$(ls -t $XDG_STATE_HOME/redeye/runs | head -1)"'

export async function play({type, until, keep, interrupt}) {
  await type('. $XDG_STATE_HOME/redeye/lab/env.sh; redeye aws instance status web-1')
  keep('Look', await until('another host'))
  await type('redeye aws instance recover cache-1 --progress none')
  keep('Refused: its disks would be lost', await until('exit 3'))
  await type('redeye aws instance recover web-1')
  keep('The question, below the plan', await until('Type web-1'))
  await type('web-1', false)
  keep('Out of load balancing first', await until('draining'))
  keep('Then onto another host', await until('stopping'))
  keep('Well, and back in both target groups', await until('exit 0'))
  await type('redeye aws instance recover web-2 --confirm web-2')
  await until('draining')
  interrupt()
  keep('Ctrl-C while another one drains', await until('runs undo'))
  await type(`redeye runs undo ${LAST} --yes`)
  keep('Put back', await until('exit 0'))
  await type('redeye aws sg allow default --ingress tcp:22 --from 0.0.0.0/0 --progress none')
  keep('Refused: SSH for the whole world', await until('exit 3'))
  await type('redeye aws sg allow default --ingress tcp:22 --from 203.0.113.7 --for 2h --yes')
  keep('One address, for two hours', await until('exit 0'))
  await type('redeye aws sg sweep --dry-run')
  keep('Nothing is overdue yet', await until('exit 0'))
}
