import {randomBytes} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {basename, resolve} from 'node:path'
import type {Json} from '../engine/json.js'
import type {SsmInput} from '../runbooks/aws/ssm-input.js'
import {nodeTable} from '../runbooks/aws/ssm-nodes.js'
import type {NodeChoice} from '../systems/aws/node.js'
import type {Environment} from './environment.js'
import type {CommonFlags} from './flags.js'
import {reading} from './reading.js'
import {statusLines} from './status-lines.js'
import {UsageError} from './usage-error.js'

const SHELL = 'AWS-RunShellScript'
/** What tools of the trade keep their secrets in. */
const SECRETS =
  /^(AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|.*_(TOKEN|PASSWORD|PASSWD|SECRET|API_KEY|APP_KEY|CLIENT_SECRET))$/
const SHORTEST_SECRET = 8

export interface SsmRunFlags {
  instances?: string | undefined
  tag?: string[] | undefined
  script?: string | undefined
  command?: string | undefined
  'undo-script'?: string | undefined
  document?: string | undefined
  param?: string[] | undefined
  'max-concurrency': string
  'max-errors': string
  canary: number
  'exec-timeout': number
  'delivery-timeout': number
  'expect-online': number
}

/** Flags as the runbook wants them. @throws UsageError */
export async function ssmRunInput(account: string, flags: SsmRunFlags, at: Environment): Promise<SsmInput> {
  const executionSec = Math.ceil(flags['exec-timeout'] / 1000)
  return {
    account,
    choice: choiceOf(flags),
    ...(await whatOf(flags, executionSec, at)),
    undo: await undoOf(flags, at),
    token: randomBytes(5).toString('hex').slice(0, 8),
    maxConcurrency: flags['max-concurrency'],
    maxErrors: flags['max-errors'],
    canary: flags.canary,
    deliverySec: Math.max(30, Math.ceil(flags['delivery-timeout'] / 1000)),
    executionSec,
    expectOnlinePercent: flags['expect-online'],
  }
}

/** Every node, or those that are not online; read and shown. */
export async function ssmNodes(
  account: string,
  flags: CommonFlags & {offline: boolean; hybrid: boolean; tag?: string[] | undefined},
  at: Environment,
): Promise<{lines: string[]; json: Json}> {
  return await reading(flags.inventory, at, async (systems, signal) => {
    const aws = await systems.aws(account)
    const choice: NodeChoice = flags.tag
      ? {tags: flags.tag.map(tagOf)}
      : {all: flags.hybrid ? 'hybrid' : 'every'}
    const all = await aws.nodes(choice, signal)
    const nodes = flags.offline ? all.filter(({ping}) => ping !== 'Online') : all
    const away = all.filter(({ping}) => ping !== 'Online').length
    const notes = [`${all.length} nodes, ${away} of them not online; agents report every 5 minutes`]
    const tables = nodes.length > 0 ? [nodeTable(nodes, systems.now(), nodes.length)] : []
    return {lines: statusLines({tables, notes}), json: nodes}
  })
}

function choiceOf({instances, tag}: SsmRunFlags): SsmInput['choice'] {
  if ((instances === undefined) === (tag === undefined))
    throw new UsageError('which nodes? --instances ID,ID or --tag KEY=VALUE, and not both')
  if (tag) return {tags: tag.map(tagOf)}
  return {
    ids: [
      ...new Set(
        (instances ?? '')
          .split(',')
          .map((id) => id.trim())
          .filter(Boolean),
      ),
    ],
  }
}

function tagOf(text: string): {key: string; value: string} {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`--tag ${text}: write KEY=VALUE`)
  return {key: text.slice(0, at), value: text.slice(at + 1)}
}

async function whatOf(flags: SsmRunFlags, executionSec: number, at: Environment) {
  const {script, command, document = SHELL, param = []} = flags
  const given = [script, command].filter((one) => one !== undefined).length
  if (given > 1) throw new UsageError('--script or --command, not both')
  if (given === 0 && flags.document === undefined)
    throw new UsageError('what is to be run? --script FILE, --command LINE, or --document NAME')
  const [name = SHELL, version = ''] = document.split(':')
  const parameters = parametersOf(param)
  if (given === 0) return {document: name, version, parameters, says: document}
  const text = command ?? (await scriptText('--script', script ?? '', at))
  noSecrets(text, at.env)
  return {
    document: name,
    version,
    parameters: {
      ...parameters,
      commands: linesOf(text),
      executionTimeout: [String(executionSec)],
    },
    says: script === undefined ? shortly(text) : basename(script),
  }
}

async function undoOf(flags: SsmRunFlags, at: Environment): Promise<SsmInput['undo']> {
  const {script, command, 'undo-script': file} = flags
  if (file === undefined) return null
  if (script === undefined && command === undefined)
    throw new UsageError('--undo-script takes back what --script or --command does')
  const text = await scriptText('--undo-script', file, at)
  noSecrets(text, at.env)
  return {lines: linesOf(text), says: basename(file)}
}

function shortly(text: string): string {
  const [line = ''] = text.split('\n')
  return line.length > 40 ? `${line.slice(0, 39)}…` : line
}

function parametersOf(params: readonly string[]): {[name: string]: string[]} {
  const found: {[name: string]: string[]} = {}
  for (const {key, value} of params.map(tagOf)) found[key] = [...(found[key] ?? []), value]
  return found
}

function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n')
}

async function scriptText(flag: string, file: string, {cwd}: Environment): Promise<string> {
  return await readFile(resolve(cwd, file), 'utf8').catch((error: unknown) => {
    throw new UsageError(`${flag} ${file}: ${error instanceof Error ? error.message : error}`)
  })
}

/** Commands stay readable in the account's history for 30 days. */
function noSecrets(text: string, env: Environment['env']): void {
  for (const [name, value = ''] of Object.entries(env))
    if (SECRETS.test(name) && value.length >= SHORTEST_SECRET && text.includes(value))
      throw new UsageError(
        `the script holds the value of ${name}, and would leave it in the history of Systems Manager`,
        ['let the node fetch it: aws ssm get-parameter --with-decryption'],
      )
}
