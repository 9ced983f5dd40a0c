// One client of the fleet benchmark, in a process of its own: ours or stock ssh2, over the same hosts. Prints one JSON line.
import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'

const {client, dist, rows, user, keyFile, keysFile, width, command} = JSON.parse(
  readFileSync(process.argv[2] ?? '', 'utf8'),
)
const failures = {}
let lateMs = 0
let answered = 0
let last = performance.now()
const timer = setInterval(() => {
  lateMs = Math.max(lateMs, performance.now() - last - 20)
  last = performance.now()
}, 20)

const run = client === 'redeye' ? await redeye() : stock()
const began = performance.now()
last = began
lateMs = 0
await eachOf(rows, run.one)
const wallMs = performance.now() - began
clearInterval(timer)
await run.close()
const {userCPUTime, systemCPUTime, maxRSS} = process.resourceUsage()
const cpuMs = (userCPUTime + systemCPUTime) / 1000
process.stdout.write(`${JSON.stringify({answered, failures, wallMs, cpuMs, rssMb: maxRSS / 1024, lateMs})}\n`)

async function eachOf(list, one) {
  let next = 0
  const worker = async () => {
    while (next < list.length) {
      try {
        const {code, stdout} = await one(list[next++])
        if (code !== 0 || !stdout.includes('active')) throw new Error(`odd answer: ${code} ${stdout}`)
        answered++
      } catch (error) {
        failures[error.message] = (failures[error.message] ?? 0) + 1
      }
    }
  }
  await Promise.all(Array.from({length: width}, worker))
}

/** The whole layer: threads, pool, pinned keys. */
async function redeye() {
  const {openFleet} = await import(`${dist}/lib/systems/receivers/open.js`)
  const {readPinnedKeys} = await import(`${dist}/lib/remote/fleet/pinned-keys.js`)
  const keys = await readPinnedKeys(keysFile)
  const around = {home: '/nonexistent', user, env: {PATH: process.env.PATH}, uid: process.getuid?.()}
  const fleet = openFleet(
    {
      user,
      identityFiles: [keyFile],
      keys,
      bastions: {},
    },
    around,
  )
  const {signal} = new AbortController()
  const limits = {signal, timeoutMs: 60_000, connectTimeoutMs: 60_000, repeatable: true}
  return {
    async one(row) {
      const link = fleet.link({...row, via: '', labels: {}})
      try {
        return await link.run(command, limits)
      } finally {
        link.close()
      }
    },
    close: () => fleet.close(),
  }
}

/** As its documentation shows it, and without the delays of Nagle, which would cost time but no CPU. */
function stock() {
  const {Client} = createRequire(import.meta.url)('ssh2')
  const privateKey = readFileSync(keyFile)
  const pins = new Map(
    readFileSync(keysFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([name, , key]) => [name, key]),
  )
  const one = ({id, address, port}) =>
    new Promise((resolve, reject) => {
      const connection = new Client()
      let stdout = ''
      connection.on('error', reject).on('ready', () =>
        connection.exec(command, (error, channel) => {
          if (error) return reject(error)
          channel.on('data', (data) => {
            stdout += data
          })
          channel.stderr.resume()
          channel.on('close', (code) => {
            connection.end()
            resolve({code, stdout})
          })
        }),
      )
      connection.connect({
        host: address,
        port,
        username: user,
        privateKey,
        readyTimeout: 60_000,
        hostVerifier: (key) => pins.get(`[${id}]:${port}`) === key.toString('base64'),
      })
      connection.setNoDelay(true)
    })
  return {one, close: async () => {}}
}
