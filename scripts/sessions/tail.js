export const title = 'A run that is watched and steered from a second terminal'
export const part = 'receivers'
export const size = '--count 300'
export const sizes = [
  [80, 24],
  [60, 15],
]

export async function play({type, until, keep, another}) {
  const second = await another()
  await type(
    'redeye receivers restart --waves 1,20%,rest --soak 2s --stable 2s --timeout 10s --order-seed 6 --confirm 300',
  )
  await until('wave 2 of 3')
  await second.type('redeye runs list')
  keep('Second terminal: what is under way', await second.until('receivers restart'))
  await second.type('run=$(ls -t $XDG_STATE_HOME/redeye/runs | head -1); redeye runs tail $run')
  await second.until('in flight')
  await second.until('running for')
  keep('Second terminal: the same screen', await second.until('Ctrl-C'))
  second.interrupt()
  await second.type('redeye runs pause $run')
  keep(
    'Second terminal: Ctrl-C has ended the watching, not the run; now it is paused',
    await second.until('paused'),
  )
  keep('First terminal: paused, and by whom', await until('paused'))
  await second.type('redeye runs width 5 $run; redeye runs continue $run')
  keep('Second terminal: it goes on, five at a time', await second.until('goes on'))
  keep('First terminal', await until('in flight 5'))
  await second.type('redeye runs stop $run; redeye runs tail $run; echo exit $?')
  keep('Second terminal: told to stop', await second.until('exit '))
  keep('First terminal: as after Ctrl-C', await until('runs resume'))
  await second.type('redeye runs pause $run')
  keep('Second terminal: it has ended', await second.until('exit 2'))
}
