export const title = 'VMs of Azure are restarted'
export const part = 'azure'
export const sizes = [
  [80, 24],
  [60, 15],
]

const LAST = '"$(ls -t $XDG_STATE_HOME/redeye/runs | head -1)"'

export async function play({type, until, keep, interrupt}) {
  await type('. $XDG_STATE_HOME/redeye/lab/env.sh; redeye azure vm status web-1')
  keep('Look', await until('others run'))
  await type('redeye azure vm restart web-1')
  keep('The question, below the plan', await until('Type web-1'))
  await type('web-1', false)
  keep('Azure says Succeeded, and that is not believed yet', await until('Not Ready'))
  keep('The boot id has changed', await until('exit 0'))
  await type('redeye azure vm cycle db-1 --progress none')
  keep('Refused: its temporary disk would be lost', await until('exit 3'))
  await type('redeye azure vm cycle web-2 --confirm web-2')
  await until('Azure is at it')
  interrupt()
  keep('Ctrl-C in the middle: it is off', await until('runs undo'))
  await type(`redeye azure op ${LAST}`)
  keep('What Azure says of it', await until('deallocate'))
  await type(`redeye runs undo ${LAST} --yes`)
  keep('Undone: it runs again', await until('exit 0'))
  await type(
    `cd $XDG_STATE_HOME; echo 'echo hello from $VM; uptime -p' > job.sh; redeye azure run web-1 db-1 --script job.sh --yes`,
  )
  keep('A script in two guests', await until('exit 0'))
}
