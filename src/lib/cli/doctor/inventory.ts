import {stat} from 'node:fs/promises'
import type {Finding} from '../../engine/runbook.js'
import {NoInventory, type Problem} from '../../inventory/problem.js'
import {impliesAws} from '../aws-environment.js'
import {impliesAzure} from '../azure-env.js'
import type {Environment} from '../environment.js'
import {impliesVsphere} from '../govc-env.js'
import {type Footing, pass, type Question, refuse} from './footing.js'

/** Problems shown; all of them are in `redeye inventory check`. */
const SHOWN = 5

/** Whether there is one, and whether it can be used. */
export const inventory: Question = async ({loaded, problem, at}) => {
  if (!loaded) return problem instanceof NoInventory ? [missing(problem, at)] : unusable(problem)
  const {announce: _announce, ...targetsBySystem} = loaded.inventory
  const systems = Object.entries(targetsBySystem)
    .map(([system, targets]) => ({system, count: Object.keys(targets).length}))
    .filter(({count}) => count > 0)
    .map(({system, count}) => `${count} ${system}`)
  return [
    systems.length > 0
      ? pass('targets', `${loaded.source}: ${systems.join(', ')}`)
      : refuse('targets', `${loaded.source} has no target`, 'redeye inventory schema'),
    await mode(loaded.source),
  ]
}

function missing(problem: Error, {env}: Environment): Finding {
  const implied = [
    impliesVsphere(env) && 'GOVC_URL',
    impliesAzure(env) && 'AZURE_SUBSCRIPTION_ID',
    impliesAws(env) && 'the AWS environment',
  ].filter((one) => one !== false)
  if (implied.length > 0) return pass('found', `none, but ${implied.join(', ')} names a target`)
  const places = problem.message.split('\n').filter((line) => line.startsWith('  /'))
  return refuse(
    'found',
    `there is none; looked for ${places.map((line) => line.trim()).join(', ')}`,
    'redeye inventory check  # shows where, and how one begins\nredeye lab up  # to try things',
  )
}

function unusable(problem: Footing['problem']): Finding[] {
  const {problems = []} = problem as {problems?: readonly Problem[]}
  if (problems.length === 0) {
    const [saw = '', clear] = (problem?.message ?? '').split('\n')
    return [refuse('usable', saw, clear)]
  }
  return problems
    .slice(0, SHOWN)
    .map(({line, column, path, message}, at) =>
      refuse(
        'usable',
        `line ${line}, column ${column}: ${path === '' ? '' : `${path}: `}${message}`,
        at === 0 ? 'redeye inventory check' : undefined,
      ),
    )
}

/** It says where to sign in and which programs give the secrets. */
async function mode(file: string): Promise<Finding> {
  const bits = (await stat(file)).mode & 0o777
  const text = bits.toString(8).padStart(4, '0')
  if ((bits & 0o022) === 0) return pass('mode', `mode ${text}`)
  return refuse(
    'mode',
    `others may write it (${text}), and so choose where you sign in`,
    `chmod go-w ${file}`,
  )
}
