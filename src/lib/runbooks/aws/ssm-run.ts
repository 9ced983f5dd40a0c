import type {PlanView, Runbook} from '../../engine/runbook.js'
import type {Limit, Stage, Step} from '../../engine/step.js'
import type {AwsSystems} from '../../systems/aws/account.js'
import type {ManagedNode} from '../../systems/aws/node.js'
import {type Together, together} from '../../systems/aws/together.js'
import {lasting} from './amounts.js'
import {commandRunner} from './command-runner.js'
import {account} from './guards/account.js'
import {agents, nodesKnown, online, platforms, scriptSize} from './guards/nodes.js'
import {readNodes, type SsmFacts} from './ssm-facts.js'
import {type SsmInput, ssmInput} from './ssm-input.js'
import {nodeTable} from './ssm-nodes.js'
import {nodeStep} from './steps/ssm.js'
import {type TakeBack, takeBackBy} from './steps/ssm-undo.js'
import {notAws, whereWords} from './where.js'

/** Up to here nodes are locked one by one; see docs/decisions/0005-fleet-locks.md. */
const LOCKED_BY_NAME = 25
/** Steps under way: the service itself bounds how many nodes run it. */
const WIDTH = 500
/** Beyond delivery and execution: to be seen. */
const MARGIN_MS = 60_000

/** A script or document on many nodes by Systems Manager, each node followed to its own end. */
export const ssmRun: Runbook<SsmInput, SsmFacts, AwsSystems> = {
  id: 'aws.ssm.run',
  summary: 'Run a script or document on nodes of Systems Manager, and follow each of them',
  input: ssmInput,
  effect: () => 'disrupt',
  subject: ({choice, says}) => ('ids' in choice && choice.ids.length === 1 ? (choice.ids[0] ?? says) : says),
  locks: ({account: of, token}) => [`aws/command/${of}/${token}`],
  alsoLocks: ({account: of}, {nodes}) =>
    nodes.length > LOCKED_BY_NAME ? [`aws/node/${of}`] : nodes.map(({id}) => `aws/node/${of}/${id}`),
  survey: readNodes,
  rests: (_asked, {identity, nodes}) => ({account: identity.account, nodes: nodes.map(({id}) => id)}),
  guards: (asked, facts) => [
    account(facts),
    nodesKnown(facts),
    online(facts, asked),
    platforms(facts, asked),
    agents(facts),
    scriptSize(asked),
  ],
  view,
  beware: (_asked, facts) => notAws(facts),
  stages(systems, asked, {nodes, takenAtMs}) {
    const {canary} = asked
    const sender = senderOf(systems, asked)
    const takeBack = takeBackOf(systems, asked, takenAtMs)
    const steps = nodes.map((node) => runStep(systems, asked, node, sender, takeBack))
    const stage = (id: string, says: string, of: Step[], budget: Limit): Stage[] =>
      of.length > 0 ? [{id, says, steps: of, width: WIDTH, look: 'reached', budget}] : []
    return [
      ...stage('canary', 'canary', steps.slice(0, canary), {failures: 0}),
      ...stage('nodes', canary > 0 ? 'the others' : 'all nodes', steps.slice(canary), limitOf(asked)),
    ]
  },
  undoGuards: (_asked, facts) => [account(facts)],
  onFailure: 'stop',
}

/** All nodes of a run go through it: those of a moment share a command. */
function senderOf(systems: AwsSystems, asked: SsmInput): Together {
  const {document, version, parameters, deliverySec, maxConcurrency, maxErrors, token} = asked
  const order = {document, version, parameters, deliverySec, maxConcurrency, maxErrors}
  return together(commandRunner(systems, asked.account), order, token, () => systems.now())
}

function takeBackOf(systems: AwsSystems, asked: SsmInput, sinceMs: number): TakeBack | undefined {
  const {document, version, parameters, deliverySec, token, undo} = asked
  if (!undo) return undefined
  const order = {document, version, deliverySec, maxConcurrency: '1', maxErrors: '0'}
  const commands = {...parameters, commands: undo.lines}
  return takeBackBy(
    commandRunner(systems, asked.account),
    {...order, parameters: commands},
    {token, sinceMs, says: undo.says},
  )
}

function runStep(
  systems: AwsSystems,
  {deliverySec, executionSec, says}: SsmInput,
  {id}: ManagedNode,
  sender: Together,
  takeBack: TakeBack | undefined,
): Step {
  return nodeStep(sender, () => systems.now(), {
    node: id,
    id,
    says: `${id}: run ${says}`,
    patienceMs: (deliverySec + executionSec) * 1000 + MARGIN_MS,
    proven: (output) => output.trim() || 'done, and it said nothing',
    ...(takeBack && {takeBack}),
  })
}

function limitOf({maxErrors}: SsmInput): Limit {
  return maxErrors.endsWith('%') ? {percent: Number(maxErrors.slice(0, -1))} : {failures: Number(maxErrors)}
}

function view(asked: SsmInput, facts: SsmFacts): PlanView {
  const {nodes, identity} = facts
  const {canary, maxConcurrency, maxErrors, deliverySec, executionSec, document, version} = asked
  return {
    title: `Run ${asked.says} on ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'} by Systems Manager`,
    tables: nodes.length > 0 ? [nodeTable(nodes, facts.takenAtMs)] : [],
    notes: [
      whereWords(identity),
      `document ${document}${version === '' ? '' : `, version ${version}`}`,
      ...scriptLines(asked),
      `${canary > 0 ? `the first ${canary} alone, and none of them may fail; then ` : ''}${maxConcurrency} at a time, and nothing more is sent once more than ${maxErrors} have failed`,
      `a node has ${lasting(deliverySec * 1000)} to get it and ${lasting(executionSec * 1000)} to run it`,
      `it is sent to these nodes and to no others, once; ${asked.undo ? `${asked.undo.says} takes it back where it was sent: runs undo` : 'what it does has no undo'}`,
    ],
  }
}

const LINES = 6

function scriptLines({parameters}: SsmInput): string[] {
  const lines = parameters.commands ?? []
  const more = lines.length - LINES
  return [
    ...lines.slice(0, LINES).map((line) => `| ${line}`),
    ...(more > 0 ? [`| ... and ${more} lines more`] : []),
  ]
}
