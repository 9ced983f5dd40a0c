import {randomBytes} from 'node:crypto'
import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {type AzureControl, openAzureControl} from './azure-control.js'
import {LAB_SUBSCRIPTION, LAB_TENANT} from './azure-estate.js'
import {freePort} from './free-port.js'
import {type LabProcess, startProcess, stopProcess} from './process.js'
import {programSpec} from './program.js'
import {makeCertificates} from './redis-certificates.js'

export type AzureLabOptions = {
  /** Directory for everything the lab writes. */
  dir: string
  /** The process outlives this one. */
  detached?: boolean
  /** How often an operation is asked where the peer does not say; 40ms unless said. */
  poll?: string
}

export interface AzureLab {
  dir: string
  /** A ready `redeye.yaml`: the target `lab`. */
  inventoryFile: string
  /** `https://127.0.0.1:PORT`, of the resource manager and of the sign-in. */
  url: string
  subscription: string
  tenant: string
  /** What Azure's own conventions need: a service principal, and the authority that issued the certificate. */
  env: {[name: string]: string}
  /** Path of a PEM file. */
  ca: string
  control: AzureControl
  processes(): LabProcess[]
  stop(): Promise<void>
}

/** A subscription on loopback that follows the protocol of long-running operations. Needs openssl. */
export async function startAzureLab({
  dir,
  detached = false,
  poll = '40ms',
}: AzureLabOptions): Promise<AzureLab> {
  await mkdir(dir, {recursive: true, mode: 0o700})
  const {ca, cert, key} = await makeCertificates(dir, 'IP:127.0.0.1')
  const port = await freePort()
  const secret = randomBytes(18).toString('base64url')
  const url = `https://127.0.0.1:${port}`
  const secretFile = `${dir}/secret`
  await writeFile(secretFile, `${secret}\n`, {mode: 0o600})
  const spec = programSpec(
    'azure-peer',
    {port, cert, key, secret: secretFile},
    {name: 'azure', log: `${dir}/azure.log`, ready: {port}},
  )
  const process = await startProcess(spec, {detached})
  const env = {
    AZURE_TENANT_ID: LAB_TENANT,
    AZURE_CLIENT_ID: '77777777-6666-4555-8444-333333333333',
    AZURE_CLIENT_SECRET: secret,
    AZURE_AUTHORITY_HOST: url,
    AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential',
  }
  const inventoryFile = `${dir}/redeye.yaml`
  await writeFile(inventoryFile, inventory(url, ca, poll), {mode: 0o600})
  const exports = Object.entries({...env, REDEYE_INVENTORY: inventoryFile})
  await writeFile(`${dir}/env.sh`, exports.map(([name, value]) => `export ${name}='${value}'\n`).join(''), {
    mode: 0o600,
  })
  return {
    dir,
    inventoryFile,
    url,
    subscription: LAB_SUBSCRIPTION,
    tenant: LAB_TENANT,
    env,
    ca,
    control: openAzureControl(url, await readFile(ca, 'utf8')),
    processes: () => [process],
    stop: () => stopProcess(process),
  }
}

function inventory(url: string, ca: string, poll: string): string {
  return `azure:
  lab:
    subscription: ${LAB_SUBSCRIPTION}
    tenant: ${LAB_TENANT}
    endpoint: ${url}
    ca: ${ca}
    poll: ${poll}
`
}
