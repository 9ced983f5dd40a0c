import {randomBytes, X509Certificate} from 'node:crypto'
import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {freePort} from './free-port.js'
import {type LabProcess, type ProcessSpec, startProcess, stopProcess} from './process.js'
import {until} from './until.js'
import {buildVspherePeer} from './vsphere-build.js'
import {openVsphereControl, type VsphereControl} from './vsphere-control.js'

/** The size of the inventory. Names are the simulator's: `DC0_C0_H0`, `DC0_C0_RP0_VM0`, `LocalDS_0`, `DC0_DVPG0`. */
export type VsphereShape = {
  /** One ESXi host without vCenter; only `vms` and `datastores` count. */
  esx?: boolean
  datacenters?: number
  /** In each datacenter; 1 unless said. DRS is fully automated, HA off. */
  clusters?: number
  /** In each cluster; 3 unless said. */
  hosts?: number
  /** In each datacenter, outside of clusters. */
  standaloneHosts?: number
  /** Running ones in each cluster, and on each standalone host; 8 unless said. Number i is on host i modulo the hosts. */
  vms?: number
  /** That all hosts of a datacenter mount; 1 unless said. */
  datastores?: number
  /** GiB; 256 unless said. */
  hostMemoryGB?: number
  /** MiB; 4096 unless said, of which half is in use. */
  vmMemoryMB?: number
  /** 8.0.3.0 unless said. */
  apiVersion?: string
}

export type VsphereLabOptions = VsphereShape & {
  /** Directory for everything the lab writes. */
  dir: string
  /** The process outlives this one. */
  detached?: boolean
  /** The simulator, when it is not to be built. */
  command?: string
}

export interface VsphereLab {
  dir: string
  /** A ready `redeye.yaml`: the target `dc`. */
  inventoryFile: string
  /** One ESXi host without vCenter. */
  esx: boolean
  /** `https://127.0.0.1:PORT/sdk`. */
  url: string
  /** May do everything. */
  user: string
  /** Has the same password, and may only read. */
  readonlyUser: string
  /** Holds `<`, `&` and quotes. */
  password: string
  /** Paths of PEM files: the private authority, and the server's certificate. */
  ca: string
  certificate: string
  /** SHA-256 and SHA-1 of the certificate, `AA:BB:...`. */
  thumbprint: {sha256: string; sha1: string}
  control: VsphereControl
  /** `http://127.0.0.1:PORT`. */
  controlUrl: string
  process: LabProcess
  processes(): LabProcess[]
  stop(): Promise<void>
}

const USER = 'administrator@vsphere.local'
const READONLY = 'readonly@vsphere.local'
const READY_MS = 60_000

/** A vCenter (or ESXi host) that refuses as the real one does, on loopback. Returns when it answers. Needs Go. */
export async function startVsphereLab(options: VsphereLabOptions): Promise<VsphereLab> {
  const {dir, detached = false} = options
  await mkdir(dir, {recursive: true, mode: 0o700})
  const password = `lab<&"${randomBytes(9).toString('hex')}`
  await writeFile(`${dir}/password`, `${password}\n`, {mode: 0o600})
  const [port, controlPort] = [await freePort(), await freePort()]
  const url = `https://127.0.0.1:${port}/sdk`
  const spec: ProcessSpec = {
    name: 'vcenter',
    command: options.command ?? (await buildVspherePeer()),
    args: [...shapeFlags(options), ...placeFlags(dir, port, controlPort)],
    log: `${dir}/vcenter.log`,
  }
  const process = await startProcess(spec, {detached})
  try {
    await answering(spec.log, process)
    const inventoryFile = await writeInventory(dir, url)
    const certificate = `${dir}/tls/cert.pem`
    const {fingerprint: sha1, fingerprint256: sha256} = new X509Certificate(await readFile(certificate))
    const controlUrl = `http://127.0.0.1:${controlPort}`
    return {
      dir,
      inventoryFile,
      esx: options.esx ?? false,
      url,
      user: USER,
      readonlyUser: READONLY,
      password,
      ca: `${dir}/tls/ca.pem`,
      certificate,
      thumbprint: {sha256, sha1},
      control: openVsphereControl(controlUrl),
      controlUrl,
      process,
      processes: () => [process],
      stop: () => stopProcess(process),
    }
  } catch (error) {
    await stopProcess(process)
    throw error
  }
}

function shapeFlags(shape: VsphereShape): string[] {
  const {datacenters = 1, clusters = 1, hosts = 3, standaloneHosts = 0, vms = 8, datastores = 1} = shape
  const sizes = {
    dc: datacenters,
    cluster: clusters,
    host: hosts,
    'standalone-host': standaloneHosts,
    vm: vms,
    ds: datastores,
    'host-memory': shape.hostMemoryGB ?? 256,
    'vm-memory': shape.vmMemoryMB ?? 4096,
    'api-version': shape.apiVersion ?? '8.0.3.0',
  }
  return [
    ...(shape.esx ? ['-esx'] : []),
    ...Object.entries(sizes).flatMap(([name, size]) => [`-${name}`, `${size}`]),
  ]
}

function placeFlags(dir: string, port: number, control: number): string[] {
  return [
    ...['-l', `127.0.0.1:${port}`, '-control', `127.0.0.1:${control}`],
    ...['-username', USER, '-password-file', `${dir}/password`, '-tlsdir', `${dir}/tls`],
  ]
}

/** The peer says so in one line of JSON, when both its ports are open. */
async function answering(log: string, process: LabProcess): Promise<void> {
  const {isAlive} = await import('./process-identity.js')
  const text = () => readFile(log, 'utf8').catch(() => '')
  const said = async () => (await text()).includes(`"pid":${process.pid}}`)
  if (await until(async () => (await said()) || !(await isAlive(process)), READY_MS)) if (await said()) return
  throw new Error(
    `vcenter was not ready within ${READY_MS / 1000} s, or ended. The end of ${log}:\n${(await text()).slice(-2000)}`,
  )
}

async function writeInventory(dir: string, url: string): Promise<string> {
  const lines = [
    'vsphere:',
    '  dc:',
    `    url: ${url}`,
    `    user: ${USER}`,
    `    password: {file: ${dir}/password}`,
    `    ca: ${dir}/tls/ca.pem`,
    '',
  ]
  const file = `${dir}/redeye.yaml`
  await writeFile(file, lines.join('\n'), {mode: 0o600})
  return file
}
