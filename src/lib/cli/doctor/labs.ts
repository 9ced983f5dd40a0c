import type {Finding} from '../../engine/runbook.js'
import {LAB_PARTS} from '../../lab/lab-record.js'
import {pass, type Question, warn} from './footing.js'

/** Labs that are recorded as up. */
export const labs: Question = async ({at}) => {
  const {labStatus} = await import('../../lab/state.js')
  const found = await Promise.all(
    LAB_PARTS.map(async (part): Promise<Finding[]> => {
      try {
        const status = await labStatus(part, at)
        if (!status.up) return []
        const dead = status.parts.filter(({alive}) => !alive).map(({name}) => name)
        if (dead.length === 0) return [pass('up', `the ${part} lab is up`)]
        return [warn('dead', `of the ${part} lab ${dead.join(', ')} no longer run`, 'redeye lab down')]
      } catch (error) {
        return [warn('record', (error as Error).message, `rm ${at.stateDir}/lab/${part}.json`)]
      }
    }),
  )
  const all = found.flat()
  return all.length > 0 ? all : [pass('none', 'no lab is up')]
}
