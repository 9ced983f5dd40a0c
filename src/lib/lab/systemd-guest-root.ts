import {execFile} from 'node:child_process'
import {createHash, randomUUID} from 'node:crypto'
import {mkdir, rename, rm, writeFile} from 'node:fs/promises'
import {arch, homedir} from 'node:os'
import {promisify} from 'node:util'
import {exists} from './exists.js'
import {ENABLED, GUEST_UNITS, GUEST_USERS, SUDOERS, WEB_PROGRAM} from './systemd-guest-units.js'

const run = promisify(execFile)
const BUILD_MS = 600_000

/** Counts changes of the steps below. */
const RECIPE = 2
const PACKAGES = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'openssh-server',
  'procps',
  'iproute2',
  'sudo',
  'e2fsprogs',
]
/** They would work at times of their own. */
const QUIET = ['apt-daily.timer', 'apt-daily-upgrade.timer', 'dpkg-db-backup.timer', 'e2scrub_all.timer']

/**
 * Directory with a small Debian that can boot, made once on this machine: about a minute, and the network, as apt is
 * configured here. Whoever makes it side by side does not meet the other: each has a directory of its own until it is renamed.
 * @throws with the end of what debootstrap said
 */
export async function buildGuestRoot(cacheDir = `${homedir()}/.cache/redeye`): Promise<string> {
  const root = `${cacheDir}/systemd-guest-${digest()}`
  if (await exists(root)) return root
  await mkdir(cacheDir, {recursive: true, mode: 0o700})
  const fresh = `${root}.${randomUUID()}`
  try {
    await bootstrap(fresh)
    await furnish(fresh)
    await rename(fresh, root)
  } catch (error) {
    await rm(fresh, {recursive: true, force: true})
    if (await exists(root)) return root
    throw error
  }
  return root
}

async function bootstrap(root: string): Promise<void> {
  const {site, release} = await mirror()
  const args = ['--variant=minbase', `--include=${PACKAGES.join(',')}`, release, root, site]
  try {
    await run('debootstrap', args, {
      env: {...process.env, ...(await proxies())},
      timeout: BUILD_MS,
      maxBuffer: 2 ** 26,
    })
  } catch (error) {
    const said = error as Error & {stdout?: string; stderr?: string}
    throw new Error(`debootstrap could not make the guest: ${`${said.stdout}${said.stderr}`.slice(-1500)}`)
  }
}

/** Where apt itself gets this release from. */
async function mirror(): Promise<{site: string; release: string}> {
  const format = '$(SITE) $(CODENAME) $(COMPONENT) $(CREATED_BY)'
  const {stdout} = await run('apt-get', ['indextargets', '--format', format])
  for (const line of stdout.split('\n')) {
    const [site = '', release = '', component, by] = line.split(' ')
    if (component === 'main' && by === 'Packages' && /^[a-z]+$/.test(release)) return {site, release}
  }
  throw new Error('apt knows no release with the component main: run apt-get update')
}

/** debootstrap does not read apt's settings. */
async function proxies(): Promise<Record<string, string>> {
  const {stdout} = await run('apt-config', ['dump'])
  const [, http] = /^Acquire::http::Proxy "([^"]+)";$/im.exec(stdout) ?? []
  return http === undefined ? {} : {http_proxy: http}
}

async function furnish(root: string): Promise<void> {
  await mkdir(`${root}/etc/lab`, {recursive: true})
  await mkdir(`${root}/var/lib/lab`, {recursive: true})
  await mkdir(`${root}/usr/local/lib/lab`, {recursive: true})
  await writeFile(`${root}/usr/local/lib/lab/web.pl`, WEB_PROGRAM)
  await writeFile(`${root}/etc/sudoers.d/lab`, SUDOERS, {mode: 0o440})
  for (const [name, text] of Object.entries(GUEST_UNITS))
    await writeFile(`${root}/etc/systemd/system/${name}`, `${text.trim()}\n`)
  // No password, but not locked: sshd turns locked users away.
  for (const user of GUEST_USERS)
    await run('chroot', [root, 'useradd', '--create-home', '--shell', '/bin/sh', '--password', '*', user])
  await run('systemctl', [`--root=${root}`, 'mask', ...QUIET, 'masked.service'])
  await run('systemctl', [`--root=${root}`, 'enable', ...ENABLED])
  await run('chroot', [root, 'apt-get', 'clean'])
}

/** Changes with everything that goes into it. */
function digest(): string {
  const parts = [RECIPE, arch(), PACKAGES, QUIET, GUEST_UNITS, ENABLED, GUEST_USERS, SUDOERS, WEB_PROGRAM]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}
