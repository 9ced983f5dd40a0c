export const title = 'Failovers of Redis Cluster'
export const part = 'redis'
export const sizes = [
  [80, 24],
  [60, 15],
]

export async function play({type, until, keep, interrupt}) {
  await type('redeye redis status')
  keep('Status', await until('masters  replicas'))
  await type('redeye redis failover --slot 0')
  keep('The question, below the plan', await until('[y/N]'))
  await type('y', false)
  keep('Done', await until('runs undo'))
  await type('redeye redis evacuate rack-b --progress none')
  keep('Refused: one other machine would hold most masters', await until('exit 3'))
  await type('redeye redis evacuate rack-b --override concentration --reason kernel --confirm rack-b')
  await until('changed   1/')
  interrupt()
  keep('Ctrl-C in the middle of an evacuation', await until('runs undo'))
  await type('redeye runs undo "$(ls -t $XDG_STATE_HOME/redeye/runs | head -1)" --confirm rack-b')
  keep('Undone', await until('exit 0'))
  await type('redeye lab status')
  keep('What the clients saw of it all', await until('acknowledged'))
}
