import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect} from 'vitest'
import type {AzureControl} from '../../src/lib/lab/azure-control.js'
import type {AzureLab} from '../../src/lib/lab/azure-lab.js'
import type {Seen} from '../../src/lib/lab/azure-peer.js'
import {runningAzure} from '../lab/running-azure.js'
import {type Home, homeWith} from './home.js'
import type {Ended} from './redeye.js'

const PRELOAD = fileURLToPath(new URL('kill-at.mjs', import.meta.url))
const POSTS = /\/virtualMachines\/web-1\/(restart|redeploy|start|deallocate)$/

/** A restart without the reading of boot ids, and with short waits. */
export const RESTART = 'azure vm restart web-1 --proof agent --log-wait 400ms --confirm web-1'

/** A subscription for the test file, and a home for each test. */
export interface AzureDesk extends Omit<Home, 'redeye'> {
  lab(): AzureLab
  control(): AzureControl
  /** Signed in as the service principal of the lab. */
  redeye(args: string, env?: {[name: string]: string}): Promise<Ended>
  /** The same with nothing of Azure in the environment. */
  unsigned: Home['redeye']
  /** Kinds of the lines in the journal of a run. */
  journal(run: string): Promise<string[]>
  /** The one run that there is. */
  onlyRun(): Promise<string>
  /** What was sent to change `web-1`. */
  posts(): Promise<Seen[]>
  bootId(): Promise<string | undefined>
  power(): Promise<string | undefined>
}

export function azureDesk(): AzureDesk {
  const azure = runningAzure()
  const home = homeWith(
    () => azure().lab.inventoryFile,
    async () => {},
  )
  const control = () => azure().lab.control
  const web = async () => (await control().state()).vms.find(({name}) => name === 'web-1')
  return {
    ...home,
    lab: () => azure().lab,
    control,
    redeye: (args, env = {}) => home.redeye(args, {env: {...azure().lab.env, ...env}}),
    unsigned: home.redeye,
    async journal(run) {
      const text = await readFile(join(home.home(), 'state/redeye/runs', run, 'journal.jsonl'), 'utf8')
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line).kind as string)
    },
    async onlyRun() {
      const [run = '', ...others] = await home.runs()
      expect(others).toEqual([])
      return run
    },
    posts: async () =>
      (await control().seen()).filter(({method, path}) => method === 'POST' && POSTS.test(path)),
    bootId: async () => (await web())?.bootId,
    power: async () => (await web())?.power,
  }
}

/** For the environment of a child: it ends itself at this point of writing its journal. */
export const killedAt = (point: string) => ({NODE_OPTIONS: `--import=${PRELOAD}`, KILL_AT: point})
