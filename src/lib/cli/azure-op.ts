import type {Json} from '../engine/json.js'
import type {Sent} from '../runbooks/azure/steps/send.js'
import type {OperationStatus} from '../systems/azure/model.js'
import {clean} from '../text/clean.js'
import type {Environment} from './environment.js'
import type {CommonFlags} from './flags.js'
import {findRun} from './past-run.js'
import {reading} from './reading.js'
import {stores} from './stores.js'
import {UsageError} from './usage-error.js'

type Asked = {step: string; at: string; operation: string; status: string; code: string; message: string}

/** How the operations stand that a run has begun, as Azure says now. */
export async function azureOperations(
  text: string,
  flags: CommonFlags,
  at: Environment,
): Promise<{lines: string[]; json: Json}> {
  const {runs} = await stores(at)
  const {run, plan, lines} = await findRun(runs, text)
  if (!plan.runbook.startsWith('azure.'))
    throw new UsageError(`run ${run} is ${plan.runbook}: it has no operations of Azure`)
  const {target, subscription} = plan.input as {target: string; subscription: string}
  const begun = lines.flatMap((line) => {
    if (line.kind !== 'learned') return []
    const sent = line.learned as unknown as Sent & {result?: unknown}
    return sent.phase === 'accepted' && !sent.result ? [{step: line.step, at: line.at, sent}] : []
  })
  const asked: Asked[] = await reading(flags.inventory, at, async (systems, signal) => {
    const azure = await systems.azure(target, subscription)
    const all: Asked[] = []
    for (const {step, at: when, sent} of begun) {
      const {status, code, message} = await azure
        .ask(sent.operation ?? {}, signal)
        .catch((error: Error): OperationStatus | {status: 'unknown'; code: string; message: string} => ({
          status: 'unknown',
          code: '',
          message: error.message,
        }))
      all.push({step, at: when, operation: sent.operation?.url ?? '', status, code, message})
    }
    return all
  })
  const shown = asked.map(
    ({step, at: when, status, code, message}) =>
      `${when.slice(0, 19)}Z  ${clean(step)}  ${status}${code ? ` ${clean(code)}` : ''}${message ? `: ${clean(message)}` : ''}`,
  )
  return {
    lines: shown.length > 0 ? shown : [`run ${run} has begun no operation of Azure`],
    json: {run, operations: asked},
  }
}
