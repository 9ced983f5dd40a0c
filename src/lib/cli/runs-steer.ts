import {join} from 'node:path'
import type {Json} from '../engine/json.js'
import {ask, NobodyAtTheHelm} from '../steering/ask.js'
import type {Order} from '../steering/message.js'
import type {Environment} from './environment.js'
import {findRun} from './past-run.js'
import {stores} from './stores.js'
import {UsageError} from './usage-error.js'

type Asked = {do: 'pause'} | {do: 'continue'} | {do: 'stop'} | {do: 'width'; width: number}

/** Asks a running run for something. @throws UsageError when it is not under way on this machine */
export async function steerRun(
  text: string,
  asked: Asked,
  at: Environment,
): Promise<{lines: string[]; json: Json}> {
  const {run} = await findRun((await stores(at)).runs, text)
  const order: Order = {...asked, by: `${at.user}@${at.host}, pid ${at.pid}`}
  try {
    const answer = await ask(join(at.stateDir, 'runs', run), order)
    if (!answer.ok) throw new UsageError(answer.says)
    return {lines: [`run ${run}: ${answer.says}`], json: {run, ...answer}}
  } catch (error) {
    if (!(error instanceof NobodyAtTheHelm)) throw error
    throw new UsageError(
      `run ${run} cannot be steered: ${error.message}`,
      [],
      [`redeye runs show ${run}`, 'redeye runs list'],
    )
  }
}
