import {access} from 'node:fs/promises'
import type {Finding} from '../../engine/runbook.js'
import {realClock} from '../clock.js'
import type {Environment} from '../environment.js'
import {farClocks} from './far-clocks.js'
import {pass, type Question, refuse, warn} from './footing.js'

const ASK_MS = 3000
/** systemd-timesyncd leaves it once the clock has been set. */
const SYNCHRONIZED = '/run/systemd/timesync/synchronized'

/** Whether the clock is right: by what this machine knows, and by what the far ends say. */
export const clock: Question = async (footing) => [
  await own(footing.at),
  ...(footing.offline ? [] : await farClocks(footing, realClock.now)),
]

async function own(at: Environment): Promise<Finding> {
  const {synchronized, by} = await askDaemons(at)
  if (synchronized === true) return pass('synchronized', `synchronized (${by})`)
  if (synchronized === false)
    return refuse('synchronized', `the clock is not synchronized (${by})`, 'timedatectl set-ntp true')
  return warn(
    'synchronized',
    'nothing here says whether the clock is synchronized (no timedatectl, no chronyc)',
    'date -u  # and compare it with another machine',
  )
}

async function askDaemons(at: Environment): Promise<{synchronized?: boolean; by: string}> {
  const asked = await say(['timedatectl', 'show', '-p', 'NTPSynchronized', '--value'], at)
  if (asked === 'yes' || asked === 'no') return {synchronized: asked === 'yes', by: 'timedatectl'}
  const tracking = await say(['chronyc', '-n', 'tracking'], at)
  const leap = /^Leap status\s*:\s*(.+)$/m.exec(tracking ?? '')?.[1]
  if (leap !== undefined) return {synchronized: leap !== 'Not synchronised', by: 'chronyc'}
  const marked = await access(SYNCHRONIZED).then(
    () => true,
    () => false,
  )
  return marked ? {synchronized: true, by: 'systemd-timesyncd'} : {by: ''}
}

async function say(argv: readonly [string, ...string[]], {env}: Environment): Promise<string | undefined> {
  const {run} = await import('../../remote/process.js')
  try {
    const {code, stdout} = await run(argv, {env, signal: AbortSignal.timeout(ASK_MS), timeoutMs: ASK_MS})
    return code === 0 ? stdout.trim() : undefined
  } catch {
    return undefined
  }
}
