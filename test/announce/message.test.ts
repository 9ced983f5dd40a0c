import {expect, test} from 'vitest'
import {detailsOf, type News, severityOf, titleOf} from '../../src/lib/announce/message.js'
import {notStarted, tally} from '../../src/lib/engine/state.js'

const told = {
  run: 'r1',
  runbook: 'haproxy.drain',
  subject: 'app/s2',
  things: ['haproxy/web-lb/app'],
  steps: 3,
  reason: 'kernel',
  ticket: 'OPS-1',
}
const of = (news: Omit<News, 'told' | 'by'>) => ({told, by: 'ana@b1', ...news}) as News
const totals = tally(notStarted([{step: 'a', says: ''}], 'already').results, 1)

test.each([
  [of({moment: 'start'}), 'ana@b1 starts haproxy drain app/s2', 'info'],
  [of({moment: 'resume'}), 'ana@b1 goes on with haproxy drain app/s2', 'info'],
  [
    of({moment: 'failure', why: 'no answer'} as never),
    'haproxy drain app/s2 has a failure: no answer',
    'error',
  ],
  [
    of({moment: 'end', tookMs: 1, conclusion: {verdict: 'done', says: '2 steps changed', totals}} as never),
    'haproxy drain app/s2 has ended, done: 2 steps changed',
    'success',
  ],
  [
    of({
      moment: 'end',
      tookMs: 1,
      conclusion: {verdict: 'interrupted', says: 'told to stop', totals},
    } as never),
    'haproxy drain app/s2 has ended, interrupted: told to stop',
    'warning',
  ],
  [
    of({moment: 'end', tookMs: 1} as never),
    'haproxy drain app/s2 has ended by an error of redeye itself',
    'error',
  ],
])('%#', (news, title, severity) => {
  expect({title: titleOf(news), severity: severityOf(news)}).toEqual({title, severity})
})

test('details: run, reason, ticket, and how many ended how', () => {
  expect(detailsOf(of({moment: 'start'}))).toEqual(['run r1, 3 steps', 'reason: kernel', 'ticket: OPS-1'])
  const end = of({moment: 'end', tookMs: 3100, conclusion: {verdict: 'done', says: '', totals}} as never)
  expect(detailsOf(end).slice(3)).toEqual(['took 3 s', 'already 1 of 1'])
})

test('text from elsewhere is one line with an end; a step of a document says of which', () => {
  const reason = `fine\n\u001b[31m:red_circle: all is lost\u202e${'x'.repeat(50_000)}`
  const news = of({moment: 'failure', why: reason} as never)
  for (const text of [titleOf(news), ...detailsOf({...news, told: {...told, reason}})]) {
    for (const hostile of ['\n', '\u001b', '\u202e']) expect(text).not.toContain(hostile)
    expect(text.length).toBeLessThan(4100)
  }
  const part = {...told, parent: {run: 'r0', step: '2'}}
  expect(detailsOf({...of({moment: 'start'}), told: part})[0]).toBe('run r1, 3 steps, step 2 of run r0')
})
