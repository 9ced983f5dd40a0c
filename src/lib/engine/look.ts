import type {Json} from './json.js'
import type {Memory} from './memory.js'
import type {PlannedStage, PlannedStep} from './plan.js'
import type {Ports} from './ports.js'
import type {AnyStep, Stage} from './step.js'

const PROBES_AT_ONCE = 16

/** Probes every step for the plan, except in stages that look only when a step's turn comes. */
export async function lookAhead(
  stages: readonly Stage[],
  memory: Memory,
  ports: Ports,
): Promise<PlannedStage[]> {
  const planned: PlannedStage[] = []
  for (const stage of stages) {
    const steps =
      stage.look === 'reached'
        ? stage.steps.map((step) => ({...described(step), reached: null, saw: ''}))
        : await probeAll(stage, memory, ports)
    planned.push({id: stage.id, says: stage.says, width: stage.width ?? 1, steps})
  }
  return planned
}

export function nothingToDo(stages: readonly PlannedStage[]): boolean {
  return stages.every((stage) => stage.steps.every((step) => step.reached === true))
}

async function probeAll(stage: Stage, memory: Memory, ports: Ports): Promise<PlannedStep[]> {
  const planned: PlannedStep[] = []
  const waiting = stage.steps.entries()
  const worker = async () => {
    for (const [at, step] of waiting) {
      const seen = await step.probe(ports.abort, beforeOf(memory, step), 0, memory.get(step.id)?.learned)
      planned[at] = {...described(step), reached: seen.reached, saw: seen.saw}
    }
  }
  await Promise.all(Array.from({length: Math.min(PROBES_AT_ONCE, stage.steps.length)}, worker))
  return planned
}

function described(step: AnyStep): Pick<PlannedStep, 'id' | 'says' | 'undo' | 'irreversible'> {
  return {
    id: step.id,
    says: step.says,
    undo: !step.apply
      ? ''
      : step.undo.kind === 'restore'
        ? step.undo.says
        : `left as it is: ${step.undo.why}`,
    ...(step.irreversible !== undefined && {irreversible: step.irreversible}),
  }
}

function beforeOf(memory: Memory, step: AnyStep): Json | undefined {
  const known = memory.get(step.id)
  return known && known.sent > 0 ? known.before : undefined
}
