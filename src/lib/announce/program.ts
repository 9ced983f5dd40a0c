import {basename} from 'node:path'
import {run} from '../remote/process.js'
import {detailsOf, type News, severityOf, titleOf} from './message.js'
import type {Listener} from './tell.js'

const LIMIT_MS = 5000

/** A program of the user's own, without a shell: gets the news as JSON on its standard input, and the short of it as REDEYE_*. */
export function programListener(
  argv: readonly [string, ...string[]],
  {env, cwd}: {env: NodeJS.ProcessEnv; cwd: string},
): Listener {
  return {
    name: basename(argv[0]),
    async hear(news, signal) {
      const {code} = await run(argv, {
        env: {...env, REDEYE_MOMENT: news.moment, REDEYE_RUN: news.told.run, REDEYE_TITLE: titleOf(news)},
        cwd,
        stdin: `${JSON.stringify(documentOf(news))}\n`,
        signal,
        timeoutMs: LIMIT_MS,
      })
      if (code !== 0) throw new Error(`it ended with ${code ?? 'a signal'}`)
    },
  }
}

function documentOf(news: News) {
  const {moment, by, told} = news
  const {run, runbook, subject, steps, parent, reason, ticket} = told
  return {
    moment,
    severity: severityOf(news),
    title: titleOf(news),
    details: detailsOf(news),
    by,
    run,
    runbook,
    subject,
    steps,
    ...(parent && {parent}),
    ...(reason !== undefined && {reason}),
    ...(ticket !== undefined && {ticket}),
    ...(news.moment === 'failure' && {why: news.why}),
    ...(news.moment === 'end' && {verdict: news.conclusion?.verdict ?? 'bug', tookMs: news.tookMs}),
  }
}
