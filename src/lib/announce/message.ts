import type {HowItEnded, Told} from '../engine/ports.js'
import {clean} from '../text/clean.js'

/** What happened, to whom. */
export type News = {told: Told; by: string} & (
  | {moment: 'start' | 'resume'}
  | {moment: 'failure'; why: string}
  | {moment: 'end'; conclusion: HowItEnded | undefined; tookMs: number}
)

const BAD = new Set<HowItEnded['verdict'] | undefined>(['partial', 'undo-failed', 'undone', 'bug', undefined])

/** One sentence that says it all, without line breaks, and not without an end. */
export function titleOf(news: News): string {
  return clean(sentenceOf(news))
}

function sentenceOf(news: News): string {
  const {runbook, subject} = news.told
  const what = `${runbook.replaceAll('.', ' ')} ${subject}`.trim()
  switch (news.moment) {
    case 'start':
      return `${news.by} starts ${what}`
    case 'resume':
      return `${news.by} goes on with ${what}`
    case 'failure':
      return `${what} has a failure: ${news.why}`
    case 'end':
      return news.conclusion
        ? `${what} has ended, ${news.conclusion.verdict}: ${news.conclusion.says}`
        : `${what} has ended by an error of redeye itself`
  }
}

/** What else is worth knowing, a line each. */
export function detailsOf(news: News): string[] {
  const {run, parent, reason, ticket, steps} = news.told
  const of = parent ? `, step ${parent.step} of run ${parent.run}` : ''
  return [
    `run ${run}, ${steps} ${steps === 1 ? 'step' : 'steps'}${of}`,
    ...(reason === undefined ? [] : [clean(`reason: ${reason}`)]),
    ...(ticket === undefined ? [] : [clean(`ticket: ${ticket}`)]),
    ...(news.moment === 'end'
      ? [`took ${Math.round(news.tookMs / 1000)} s`, ...countsOf(news.conclusion)]
      : []),
  ]
}

function countsOf(conclusion: HowItEnded | undefined): string[] {
  const {all, ...states} = conclusion?.totals ?? {all: 0}
  const counted = Object.entries(states).filter(([, count]) => count > 0)
  return counted.length === 0
    ? []
    : [`${counted.map(([state, count]) => `${state} ${count}`).join(', ')} of ${all}`]
}

/** As monitoring names it. */
export function severityOf(news: News): 'info' | 'success' | 'warning' | 'error' {
  if (news.moment === 'failure') return 'error'
  if (news.moment !== 'end') return 'info'
  const verdict = news.conclusion?.verdict
  if (BAD.has(verdict)) return 'error'
  return verdict === 'interrupted' || verdict === 'tolerated' ? 'warning' : 'success'
}
