import type {PlanView, Runbook} from '../../engine/runbook.js'
import type {Stage} from '../../engine/step.js'
import type {AzureSystems} from '../../systems/azure/azure.js'
import {account} from './guards/place.js'
import {runGuards} from './guards/run.js'
import {type RunFacts, surveyRun} from './run-facts.js'
import {type RunInput, runInput} from './run-input.js'
import {cleanUpStep} from './steps/clean-up.js'
import {runStep} from './steps/run-command.js'
import {stateText} from './steps/state-text.js'

/** More VMs than this are confirmed by a word. */
const FEW = 10
const SHOWN = 20

/** One script in many guests; its own exit code is the result. */
export const run: Runbook<RunInput, RunFacts, AzureSystems> = {
  id: 'azure.run',
  summary: 'Run a script in the guests of VMs, and believe its exit code',
  input: runInput,
  effect: ({vms, tag}) => (tag !== null || vms.length > FEW ? 'disrupt' : 'change'),
  subject: ({vms, tag}) =>
    tag ? `${tag.key}=${tag.value}` : vms.length > FEW ? String(vms.length) : vms.join(','),
  locks: ({subscription, vms}) =>
    vms.map((vm) => `azure/${subscription}/vm/${(vm.split('/').at(-1) ?? vm).toLowerCase()}`),
  alsoLocks: ({subscription, tag}, {targets}) =>
    tag ? targets.map(({vm}) => `azure/${subscription}/vm/${vm.name.toLowerCase()}`) : [],
  survey: surveyRun,
  rests: (asked, {targets}) => ({digest: asked.digest, vms: targets.map(({vm}) => [vm.id, vm.power])}),
  guards: (asked, facts) => [account(asked, facts.account), ...runGuards(asked, facts)],
  view,
  stages,
  onFailure: 'stop',
}

function view(asked: RunInput, {targets, account: about}: RunFacts): PlanView {
  const lines = asked.script.trimEnd().split('\n')
  return {
    title: `Run ${asked.file} on ${targets.length} ${targets.length === 1 ? 'VM' : 'VMs'} in ${about.name || about.subscription}`,
    tables: [
      {
        columns: [
          {name: 'VM'},
          {name: 'group', shrink: true},
          {name: 'size', shrink: true},
          {name: 'now', shrink: true},
        ],
        rows: targets.map(({vm}) => [vm.name, vm.group, vm.size, stateText(vm)]),
      },
      {
        columns: [{name: `script, sha256 ${asked.digest.slice(0, 12)}`, shrink: true}],
        rows: [
          ...lines.slice(0, SHOWN).map((line) => [line]),
          ...(lines.length > SHOWN ? [[`(${lines.length - SHOWN} more lines)`]] : []),
        ],
      },
    ],
    notes: [
      `as ${asked.as} Run Command, ${asked.concurrency} at a time, ${asked.timeoutS} s each at most; signed in as ${about.principal}`,
      `it stops when more than ${allowed(asked, targets.length)} have failed; what the script does has no undo`,
    ],
  }
}

/** The failure of all is never within the budget. */
function allowed({maxErrors}: RunInput, targets: number): number {
  return Math.min(maxErrors, Math.max(0, targets - 1))
}

function stages(systems: AzureSystems, asked: RunInput, {targets}: RunFacts): Stage[] {
  if (targets.length === 0) return []
  const cleanUp: Stage = {
    id: 'clean-up',
    says: 'leave nothing behind',
    steps: [cleanUpStep(systems, asked, targets)],
    look: 'reached',
    // What is left behind is told, and is no failure of the scripts.
    budget: {failures: 1},
  }
  return [
    {
      id: 'run',
      says: `run ${asked.file}`,
      steps: targets.map((target) => runStep(systems, asked, target)),
      width: asked.concurrency,
      look: 'reached',
      budget: {failures: allowed(asked, targets.length)},
    },
    ...(asked.as === 'managed' ? [cleanUp] : []),
  ]
}
