import type {Finding, PlanView, Runbook} from '../../engine/runbook.js'
import type {Stage} from '../../engine/step.js'
import type {AzureSystems} from '../../systems/azure/azure.js'
import {softened} from './guards/own-doing.js'
import {account, found, locked, permitted} from './guards/place.js'
import {setGuards} from './guards/set.js'
import {type SetFacts, surveySet} from './set-facts.js'
import {batchesOf, type SetInput, setInput} from './set-input.js'
import {batchStep, memberStep} from './steps/batch.js'

/** Instances of a scale set, one batch after the other, each healthy again before the next. */
export const setRecover: Runbook<SetInput, SetFacts, AzureSystems> = {
  id: 'azure.vmss.recover',
  summary: 'Restart, redeploy or reimage instances of a scale set, batch by batch',
  input: setInput,
  effect: ({method}) => (method === 'reimage' ? 'destroy' : 'disrupt'),
  subject: ({set}) => set,
  locks: ({subscription, set}) => [`azure/${subscription}/vmss/${set.toLowerCase()}`],
  alsoLocks: (asked, {vms}) =>
    vms
      .filter(({name}) => asked.instances.includes(name))
      .map(({name}) => `azure/${asked.subscription}/vm/${name.toLowerCase()}`),
  survey: surveySet,
  rests: (asked, {set, instances}) => ({
    id: set?.id ?? null,
    mode: set?.mode ?? null,
    instances: instances
      .filter(({id}) => asked.instances.includes(id))
      .map(({id, power, health}) => [id, power, health]),
  }),
  // In a resumed run each batch is guarded again when its turn comes.
  guards: (asked, facts, planned) => guards(asked, facts).map(softened(planned ? ['capacity-floor'] : [])),
  view,
  stages,
  onFailure: 'stop',
}

function guards(asked: SetInput, facts: SetFacts): Finding[] {
  return [
    account(asked, facts.account),
    found('scale set', asked.set, facts.places, `azure vmss recover --instance ${asked.instances.join(',')}`),
    ...(facts.set
      ? [
          locked(facts.locks, facts.unread.locks),
          permitted(facts.permissions, actionsOf(asked, facts), facts.unread.permissions),
        ]
      : []),
    ...setGuards(asked, facts),
  ]
}

function actionsOf({method}: SetInput, {set}: SetFacts): string[] {
  const kind = set?.mode === 'Flexible' ? 'virtualMachines' : 'virtualMachineScaleSets'
  return [`Microsoft.Compute/${kind}/read`, `Microsoft.Compute/${kind}/${method}/action`]
}

function view(asked: SetInput, {set, instances, account: about}: SetFacts): PlanView {
  const title = `${word(asked.method)} ${asked.instances.length} of ${instances.length} instances of ${asked.set} in ${about.name || about.subscription}`
  if (!set) return {title, tables: [], notes: []}
  const chosen = instances.filter(({id}) => asked.instances.includes(id))
  const batches = batchesOf(asked)
  return {
    title,
    tables: [
      {
        columns: [
          {name: 'instance'},
          {name: 'power'},
          {name: 'health'},
          {name: 'agent'},
          {name: 'batch', align: 'right'},
        ],
        rows: chosen.map(({id, power, health, agent}) => [
          id,
          power,
          health ?? 'not probed',
          agent.says,
          String(batches.findIndex((batch) => batch.includes(id)) + 1),
        ]),
      },
    ],
    notes: [
      `${set.mode} set, signed in as ${about.principal}`,
      `${batches.length} ${batches.length === 1 ? 'batch' : 'batches'}, each healthy again before the next; it stops when more than ${asked.maxErrors} have failed`,
      ...(asked.method === 'reimage' ? ['reimage has no undo: the OS disk is reset to the image'] : []),
    ],
  }
}

function word(method: string): string {
  return method.charAt(0).toUpperCase() + method.slice(1)
}

function stages(systems: AzureSystems, asked: SetInput, {set, vms}: SetFacts): Stage[] {
  if (!set) return []
  const budget = {failures: asked.maxErrors}
  return batchesOf(asked).map((batch, at, {length}) => {
    const base = {id: `batch-${at + 1}`, says: `batch ${at + 1} of ${length}: ${batch.join(', ')}`}
    const {method} = asked
    if (set.mode === 'Uniform' || method === 'reimage')
      return {
        ...base,
        steps: [batchStep(systems, asked, set, batch, at)],
        look: 'reached',
        budget,
        tally: 'set',
      }
    const members = vms.filter(({name}) => batch.includes(name))
    return {
      ...base,
      steps: members.map((vm) => memberStep(systems, asked, vm, method)),
      width: batch.length,
      look: 'reached',
      budget,
      tally: 'set',
    }
  })
}
