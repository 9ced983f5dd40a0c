import {writeFileSync} from 'node:fs'
import {startGuest} from '../../dist/lib/lab/systemd-guest.js'

export const title = 'Services, disks and reboots of two hosts'
export const sizes = [
  [80, 24],
  [60, 15],
]

/** Two real systemds, each in a container; needs root. */
export async function play({home, ...terminal}) {
  const guests = []
  try {
    for (const name of ['web1', 'web2']) guests.push(await startGuest({dir: `${home}/${name}`, name}))
    writeFileSync(`${home}/redeye.yaml`, inventoryOf(guests), {mode: 0o600})
    await look(guests, terminal)
  } finally {
    await Promise.all(guests.map((guest) => guest.stop()))
  }
}

function inventoryOf(guests) {
  const hosts = guests.map(
    ({name, host, port, clientKeyFile, hostKeyLine}) =>
      `      - {name: ${name}, ssh: {host: ${host}, port: ${port}, user: root, identity: [${clientKeyFile}], hostKey: "${hostKeyLine}", jump: []}}`,
  )
  return `linux:\n  web:\n    hosts:\n${hosts.join('\n')}\n    expect: [web.service]\n`
}

async function look([first], {type, until, keep, interrupt}) {
  await type('cd $XDG_STATE_HOME; redeye linux service status web web')
  keep('Look', await until('web2'))
  await type('redeye linux service restart web web')
  keep('The question, below the plan', await until('[y/N]'))
  await type('y', false)
  keep('The first one stays up before the second is touched', await until('running for 2s'))
  keep('Done: other invocations', await until('exit 0'))
  await type('redeye linux service restart ssh web1 --progress none')
  keep('Refused: it carries this connection', await until('exit 3'))
  await type('redeye linux service restart broken web1 --yes')
  await until('(stop)')
  await type('t', false)
  keep('One that does not come up, left for a person to look at', await until('exit 6'))
  await first.run(
    'systemctl reset-failed; rm -rf /var/lib/apt/lists; head -c 30M /dev/zero > /var/log/app.log.1; touch -d "9 days ago" /var/log/app.log.1',
  )
  await type('redeye linux disk web1 2>&1 | head -22')
  keep('What fills the disk', await until('app.log.1'))
  await type('redeye linux disk clean web1 --class logs-rotated')
  keep('What would be deleted', await until('Type web1'))
  await type('web1', false)
  keep('Deleted, and df agrees', await until('exit 0'))
  await type('redeye linux reboot web --override reboot-loop --reason "new kernel" --confirm 2')
  await until('running for 1s')
  interrupt()
  keep(
    'Ctrl-C during the first reboot: it comes back, the second host is left alone',
    await until('runs resume'),
  )
  await type('redeye runs resume "$(ls -t $XDG_STATE_HOME/redeye/runs | head -1)" --confirm 2')
  keep('Resumed: only the second one is rebooted', await until('exit 0'))
}
