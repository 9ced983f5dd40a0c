// Installs the peers that the tests need, or says which tests cannot run without them, and runs the tests.
import {spawnSync} from 'node:child_process'
import {fileURLToPath} from 'node:url'
import {buildMoto} from '../dist/lib/lab/aws-build.js'
import {buildFleetPeer} from '../dist/lib/lab/fleet-build.js'
import {install, installPlan} from '../dist/lib/lab/install.js'
import {buildGuestRoot} from '../dist/lib/lab/systemd-guest-root.js'
import {buildVspherePeer} from '../dist/lib/lab/vsphere-build.js'

const PARTS = [
  'haproxy',
  'redis',
  'vsphere',
  'ssh',
  'dropbear',
  'receivers',
  'azure',
  'aws',
  'systemd',
  'terminal',
]
const machine = {path: process.env.PATH ?? '', root: process.getuid?.() === 0}

const missing = []
for (const part of PARTS) {
  const plan = await installPlan(part, machine)
  if (plan.missing.length === 0) continue
  if (plan.possible) {
    process.stdout.write(`installing ${plan.missing.join(', ')}\n`)
    await install(part, machine)
  } else {
    missing.push(part)
    process.stdout.write(`NOT RUN: tests that need ${part}: ${plan.says}\n`)
  }
}
if (missing.length > 0 && process.env.CI === 'true') {
  process.stdout.write('CI=true: every peer must be there\n')
  process.exit(1)
}

// Before the clocks of the tests run: the first time takes a minute or two.
if (!missing.includes('vsphere')) {
  process.stdout.write('building the vSphere peer, unless that was done before\n')
  await buildVspherePeer()
}
if (!missing.includes('receivers')) {
  process.stdout.write('building the fleet simulator, unless that was done before\n')
  await buildFleetPeer()
}
if (!missing.includes('aws')) {
  process.stdout.write('installing the AWS peer, unless that was done before\n')
  await buildMoto()
}
if (!missing.includes('systemd')) {
  process.stdout.write('making the systemd guest, unless that was done before\n')
  await buildGuestRoot()
}

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
const {status} = spawnSync(process.execPath, [vitest, 'run', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: {...process.env, REDEYE_TEST_WITHOUT: missing.join(',')},
})
process.exit(status ?? 1)
