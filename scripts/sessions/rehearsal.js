export const title = 'A rehearsal'
export const sizes = [[80, 24]]

export async function play({type, until, keep}) {
  await type('redeye lab up')
  keep('Everything that can run here', await until('redeye lab down'))
  await type('. $XDG_STATE_HOME/redeye/lab/env.sh; redeye lab break')
  keep('What can be broken', await until('azure-agent'))
  await type('redeye lab break redis-master')
  keep('Broken', await until('redeye lab mend'))
  await type('redeye redis status')
  const status = await until('no answer from')
  keep('Look', status)
  const [, slot] = /^(\d+)-\d+ +master .*NO ANSWER/m.exec(status)
  await type(`redeye redis force-failover --slot ${slot}`)
  keep('The question, below the plan', await until(`Type`))
  await type(`slot ${slot}`, false)
  keep('Done', await until('exit 0'))
  // Until the writers have read everything back.
  await type('sleep 4; redeye lab score')
  keep('The score', await until('writes lost'))
  await type('redeye lab mend; redeye lab break --surprise')
  keep(
    'What was left behind is put right, and the next one is a surprise',
    await until('Something is broken'),
  )
}
