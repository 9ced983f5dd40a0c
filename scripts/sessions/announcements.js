import {writeFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {fileURLToPath} from 'node:url'

export const title = 'Who is told about runs'
export const part = 'haproxy'
export const sizes = [[80, 24]]

const HEAR = fileURLToPath(new URL('../hear.js', import.meta.url))
const LAST = '"$(ls -t $XDG_STATE_HOME/redeye/runs | head -1)"'

/** In a second terminal somebody plays a webhook and Datadog. */
export async function play({type, until, keep, another, home}) {
  const url = `http://127.0.0.1:${await freePort()}`
  writeFileSync(`${home}/announce.yaml`, announce(url))
  writeFileSync(`${home}/hook`, `${url}/hook`, {mode: 0o600})
  const others = await another()
  const hear = async () => {
    await others.type(`node ${HEAR} ${new URL(url).port}`)
    await others.until('listening')
  }
  await hear()

  await type('cd $XDG_STATE_HOME; cat announce.yaml')
  keep('Beside the rest of the inventory', await until('service:'))
  await type('cat $REDEYE_INVENTORY announce.yaml > night.yaml; export REDEYE_INVENTORY=$PWD/night.yaml')
  await type(`export DD_API_KEY=a DD_APP_KEY=b DATADOG_HOST=${url}`)
  await type('redeye haproxy drain app/s2 --yes --settle 2 --reason "new kernel" --ticket OPS-17')
  await until('exit 0')
  keep('What the others hear of a drain', await others.until('downtime is over'))
  await type(`redeye runs show ${LAST} | tail -22`)
  keep('What the journal keeps of it', await until('downtime is over'))

  await type(`redeye runs undo ${LAST} --yes --no-announce`)
  await until('exit 0')

  others.interrupt()
  await hear()
  await type('redeye haproxy drain app/s1 --yes --settle 60 >/dev/null 2>&1 &')
  await others.until('[webhook]')
  await type('kill -9 $(cat /proc/$!/task/$!/children); echo "it is" "dead"')
  await until('it is dead')
  await type(`redeye runs undo ${LAST} --yes`)
  await until('exit 0')
  keep('A run is killed, and undone: no downtime is left', await others.until('done: '))

  others.interrupt()
  await type('redeye haproxy drain app/s1 --yes --settle 2')
  keep('Nobody listens: that is a warning, and the run goes on', await until('exit 0'))
  await type('redeye haproxy ready app/s1 --downtime "*"')
  keep('Everything is never silenced', await until('exit 2'))
  await type('cp night.yaml redeye.yaml; REDEYE_INVENTORY= redeye haproxy status app')
  keep(
    'An inventory that only lies there runs no program',
    await until('exit 2').catch(() => until('name the file')),
  )
}

const announce = () => `announce:
  - webhook: {file: hook}        # the URL is a secret: the file is 0600
  - datadog:
      tags: [team:edge]
      downtime: {scope: "service:{target}", for: 30m}
  - cmd: [logger, -t, redeye]    # gets JSON
    on: [failure, end]
    systems: [haproxy]
`

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}
