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
    says: `${asked} ${asked === 1 ? 'target' : 'targets'}: ${answerCounts(answers)}${answers.length < asked ? '; stopped before the others had answered' : ''}`,
    because: bad.flatMap(({target, because}) => because.map((line) => `${target}: ${line}`)),
    next: bad.map(({command}) => command),
    findings: [],
    steps: [],
    totals: tally([], 0),
    ms,
    targets: [...answers],
  }
}

function verdictOf(answers: readonly TargetAnswer[], asked: number): Verdict {
  const some = (...kinds: TargetAnswer['answer'][]) => answers.some(({answer}) => kinds.includes(answer))
  if (answers.length < asked) return 'interrupted'
  if (some('bug')) return 'bug'
  if (some('no')) return 'unhealthy'
  return some('unreachable', 'timed-out') ? 'unreachable' : 'healthy'
}
