import type {Outcome, TargetAnswer, Verdict} from '../../engine/outcome.js'
import {tally} from '../../engine/state.js'
import {answerCounts} from '../../report/answers.js'

/** All answers as one outcome: a no goes before being out of reach, which goes before a yes. */
export function conclude(answers: readonly TargetAnswer[], asked: number, ms: number): Outcome {
  const bad = answers.filter(({answer}) => answer !== 'ok')
  return {
    verdict: verdictOf(answers, asked),
    runbook: 'check',
    subject: '',
    says: saysOf(answers, asked),
    because: bad.flatMap(({target, because}) => because.map((line) => `${target}: ${line}`)),
    next: bad.map(({command}) => command),
    findings: [],
    steps: [],
    totals: tally([], 0),
    ms,
    targets: [...answers],
  }
}

function saysOf(answers: readonly TargetAnswer[], asked: number): string {
  const targets = `${asked} ${asked === 1 ? 'target' : 'targets'}`
  const counts = answers.length === 0 ? '' : `: ${answerCounts(answers)}`
  return answers.length < asked
    ? `stopped when ${answers.length} of ${targets} had answered${counts}`
    : `${targets}${counts}`
}

function verdictOf(answers: readonly TargetAnswer[], asked: number): Verdict {
  const some = (...kinds: TargetAnswer['answer'][]) => answers.some(({answer}) => kinds.includes(answer))
  if (answers.length < asked) return 'interrupted'
  if (some('bug')) return 'bug'
  if (some('no')) return 'unhealthy'
  return some('unreachable', 'timed-out') ? 'unreachable' : 'healthy'
}
