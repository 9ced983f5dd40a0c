export const title = 'A restart of 500 receivers'
export const part = 'receivers'
export const size = '--count 500'
export const sizes = [
  [80, 24],
  [60, 15],
]

const PACE = '--soak 4s --stable 3s --timeout 10s --order-seed 6'

export async function play({type, until, keep, interrupt}) {
  await type('redeye receivers list --where "country=SE and not ring=canary" --by model')
  keep('What a selection means', await until('pi5'))
  await type('redeye receivers list --where "contry=SE"')
  keep('A slip of the pen', await until('exit 2'))
  await type('redeye receivers status')
  keep('How they are', await until('more]'))
  await type(`redeye receivers restart ${PACE} --waves 1,10,30%,rest`)
  keep('The question, below the plan', await until('Type 500'))
  await type('500', false)
  keep(
    'In the third wave: 3 % are away, one does not survive its restart',
    await until('(crash-loop) 1 rx-00003'),
  )
  interrupt()
  keep('Ctrl-C: what is in flight ends', await until('runs resume'))
  await type(
    'redeye runs resume "$(ls -t $XDG_STATE_HOME/redeye/runs | head -1)" --confirm 500 --progress none',
  )
  keep('Resumed: nobody is restarted twice', await until('exit 11'))
  await type('redeye runs show "$(ls -t $XDG_STATE_HOME/redeye/runs | head -1)"')
  keep('The record', await until('Next:'))
  await type(`redeye receivers restart ${PACE} --waves 50,rest`)
  keep('Refused: no canary, and the same hosts a moment ago', await until('exit 3'))
}
