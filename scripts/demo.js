// Shows redeye at work on real daemons, on loopback, and checks every exit code on the way. `npm run demo`.
import {spawn} from 'node:child_process'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {fleetControl} from '../dist/lib/lab/fleet-control.js'
import {install, installPlan} from '../dist/lib/lab/install.js'
import {labKill, labStart} from '../dist/lib/lab/state.js'

const CLI = fileURLToPath(new URL('../bin/run.js', import.meta.url))
const home = await mkdtemp(join(tmpdir(), 'redeye-demo-'))
const stateDir = join(home, 'redeye')
const env = {...process.env, XDG_STATE_HOME: home}
const began = Date.now()

try {
  if (await peerIsThere('haproxy')) await haproxyTour()
  else await withoutPeer('haproxy')
  if (await peerIsThere('redis')) await redisTour()
  else await withoutPeer('redis')
  if (await peerIsThere('vsphere')) await vsphereTour()
  else await withoutPeer('vsphere')
  if (await peerIsThere('receivers')) await receiversTour()
  else await withoutPeer('receivers')
  say(`The demo took ${Math.round((Date.now() - began) / 1000)} s.`)
} catch (error) {
  say(`DEMO FAILED: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
} finally {
  await redeye(['lab', 'down'], {quiet: true})
  await rm(home, {recursive: true, force: true})
}

async function haproxyTour() {
  use('haproxy')
  say(
    'Two HAProxy instances, three small applications and a backup, and clients that count every failed request:',
  )
  await redeye(['lab', 'up', 'haproxy'])
  await sleep(2000)
  await redeye(['haproxy', 'status', 'app'])

  say('A drain that would take the last server of a backend is refused, and nothing is sent (exit 3):')
  await redeye(['haproxy', 'drain', 'one/s1', '--progress', 'none'], {exit: 3})

  say('A dry run does all the reads and shows the plan:')
  await redeye(['haproxy', 'drain', 'app/s2', '--then', 'maint', '--dry-run'])

  say('The real drain, under traffic. Then the application is killed, as a deployment would:')
  await redeye(['haproxy', 'drain', 'app/s2', '--then', 'maint', '--yes', '--reason', 'deploy 4711'])
  await labKill('haproxy', 's2', {stateDir})
  await sleep(2000)
  await labStart('haproxy', 's2', {stateDir})
  await redeye(['haproxy', 'ready', 'app/s2', '--yes', '--watch', '3s'])
  await noFailedRequest()

  say('A run that is interrupted with Ctrl-C says how to go on (exit 8):')
  await redeye(['haproxy', 'drain', 'app/s1', '--yes', '--settle', '6'], {exit: 8, interruptAt: 'stage idle'})
  const [{run}] = await json(['runs', 'list', '--unfinished'])
  say('It is resumed where it was, by anybody on this machine:')
  await redeye(['runs', 'resume', run, '--yes', '--progress', 'none'])

  say('And undone, next morning, from its journal:')
  await redeye(['runs', 'undo', run, '--yes', '--progress', 'none'])
  await redeye(['runs', 'list'])
  await redeye(['haproxy', 'status', 'app'])
  await noFailedRequest()
  await redeye(['lab', 'down'], {quiet: true})
}

async function redisTour() {
  use('redis')
  say('A Redis Cluster of three masters and three replicas, and writers that count every acknowledged write:')
  await redeye(['lab', 'up', 'redis'])
  await sleep(2000)
  await redeye(['redis', 'status'])
  say('A failover while they write. Success is read from roles, replication and the view of every node:')
  await redeye(['redis', 'failover', '--slot', '0', '--yes'])
  await redeye(['redis', 'check'])
  say('The writers read back all that was acknowledged to them:')
  const {stdout} = await redeye(['lab', 'down', '--json'], {quiet: true})
  const {acknowledged, errors, longestMs, checked, lost} = JSON.parse(stdout).down.redis
  process.stdout.write(
    `${acknowledged} writes acknowledged, ${errors} errors, longest ${longestMs} ms; ${lost} of ${checked} keys lost a write\n`,
  )
  if (lost !== 0) throw new Error(`${lost} acknowledged writes were lost`)
}

async function vsphereTour() {
  use('vsphere')
  say(
    "A vCenter (govmomi's simulator, taught to refuse as the real one does) with two clusters; it is built first:",
  )
  await redeye(['lab', 'up', 'vsphere'])
  await redeye(['vsphere', 'status'])
  say(
    'Where DRS only advises, redeye plans and moves the VMs itself; the databases are kept apart by a rule:',
  )
  await redeye(['vsphere', 'host', 'evacuate', 'mdc-esx-02', '--dry-run'])
  await redeye(['vsphere', 'host', 'evacuate', 'mdc-esx-02', '--confirm', 'mdc-esx-02'])
  say('The maintenance is over: the host serves again, and gets its VMs back:')
  const back = ['vsphere', 'host', 'restore', 'mdc-esx-02', '--move-back', '--settle', '1s', '--yes']
  await redeye([...back, '--progress', 'none'])
  await redeye(['vsphere', 'vm', 'list', '--host', 'mdc-esx-02'])
  await redeye(['lab', 'down'], {quiet: true})
}

async function receiversTour() {
  use('receivers')
  say('300 simulated receivers over real SSH; 3 % are away, and one does not survive its restart:')
  await redeye(['lab', 'up', 'receivers', '--count', '300'])
  await redeye(['receivers', 'list', '--where', 'country=SE'])
  say('A restart in Sweden: a canary, then two waves; each host is verified by its own systemd (exit 11):')
  const restart = ['receivers', 'restart', '--where', 'country=SE', '--waves', '1,30%,rest']
  const paced = [...restart, '--order-seed', '4', '--soak', '1s', '--stable', '1s', '--timeout', '8s']
  await redeye([...paced, '--confirm', '32'], {exit: 11})
  say('Somebody repairs both. What failed is tried again, and nobody else is touched:')
  const {run} = (await json(['runs', 'list']))[0]
  const [{record}] = (await json(['lab', 'status'])).labs
  const control = fleetControl(record.control)
  await control.behave([], {})
  await redeye(['runs', 'resume', run, '--only', 'failed', '--confirm', '32', '--progress', 'none'])
  const counts = (await control.hosts()).map(({restarts}) => restarts)
  const [never, once] = [0, 1].map((times) => counts.filter((count) => count === times).length)
  process.stdout.write(`the simulator saw ${once} hosts restarted once, ${never} never\n`)
  if (once !== 32 || never !== 268) throw new Error(`restarts by host: ${counts.join()}`)
  await redeye(['lab', 'down'], {quiet: true})
}

/** What can be shown where a peer can not be installed. */
async function withoutPeer(part) {
  await redeye(['lab', 'install', part, '--dry-run'])
  say('Without it, here is what needs no peer:')
  await redeye([part, '--help'])
}

/** Commands from here on are about this part of the lab. */
function use(part) {
  env.REDEYE_INVENTORY = join(stateDir, 'lab', part, 'redeye.yaml')
}

async function peerIsThere(part) {
  const machine = {path: process.env.PATH ?? '', root: process.getuid?.() === 0}
  const plan = await installPlan(part, machine)
  if (plan.missing.length === 0) return true
  if (!plan.possible) return false
  say(`Installing ${plan.missing.join(', ')} from Debian's packages.`)
  await install(part, machine)
  return true
}

/** The clients' own counters decide, not the tool. */
async function noFailedRequest() {
  await redeye(['lab', 'status'])
  const [{load}] = (await json(['lab', 'status'])).labs
  if (load.failed !== 0)
    throw new Error(`${load.failed} of ${load.total} requests failed: ${JSON.stringify(load.reasons)}`)
}

async function json(args) {
  const {stdout} = await redeye([...args, '--json'], {quiet: true})
  return JSON.parse(stdout)
}

/** Runs the CLI and shows it as a person would see it. */
async function redeye(args, {exit = 0, quiet = false, interruptAt} = {}) {
  if (!quiet) process.stdout.write(`\n$ redeye ${args.join(' ')}\n`)
  const child = spawn(process.execPath, [CLI, ...args], {env, stdio: ['ignore', 'pipe', 'pipe']})
  let stdout = ''
  let interrupted = false
  child.stdout.on('data', (chunk) => {
    stdout += chunk
    if (!quiet) process.stdout.write(chunk)
  })
  child.stderr.on('data', (chunk) => {
    if (!quiet) process.stdout.write(chunk)
    if (interruptAt && !interrupted && String(chunk).includes(interruptAt)) {
      interrupted = true
      setTimeout(() => child.kill('SIGINT'), 1000)
    }
  })
  const code = await new Promise((done) => child.on('close', done))
  if (!quiet && code !== exit)
    throw new Error(`redeye ${args.join(' ')} ended with exit ${code}, expected ${exit}`)
  return {code, stdout}
}

function say(text) {
  process.stdout.write(`\n\x1b[1m${text}\x1b[0m\n`)
}
