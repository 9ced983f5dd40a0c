import type {Json} from '../engine/json.js'
import type {Line} from '../journal/line.js'
import {clean} from '../text/clean.js'
import {childrenOf} from './children.js'
import type {Environment} from './environment.js'
import {findRun} from './past-run.js'
import {summarize} from './run-summary.js'
import {stores} from './stores.js'

/** The timeline of a run as Markdown, and all of it as JSON. */
export async function exportRun(text: string, here: Environment): Promise<{markdown: string[]; json: Json}> {
  const {runs, claims} = await stores(here)
  const recorded = await findRun(runs, text)
  const summary = await summarize(runs, recorded, await claims.live(), [])
  const {plan, lines} = recorded
  const children = await childrenOf(runs, recorded.run)
  const timeline = [recorded, ...children].flatMap(({run, plan: {parent}, lines: of}) =>
    of.map((line) => ({
      at: line.at,
      what: `${run === recorded.run ? '' : `step ${parent?.step}: `}${sentence(line)}`,
    })),
  )
  return {
    markdown: [
      `## ${inert(summary.runbook)} ${inert(summary.subject)}: ${summary.state}`,
      '',
      `- run \`${summary.run}\` by ${inert(summary.by)}`,
      `- result: ${inert(summary.says)}`,
      ...(plan.reason ? [`- reason: ${inert(plan.reason)}`] : []),
      ...(plan.ticket ? [`- ticket: ${inert(plan.ticket)}`] : []),
      ...(plan.overrides.length > 0 ? [`- guards overridden: ${plan.overrides.join(', ')}`] : []),
      `- undo: \`redeye runs undo ${summary.run}\``,
      '',
      '| time (UTC) | what |',
      '| --- | --- |',
      ...timeline
        .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
        .map(({at, what}) => `| ${at.slice(0, 19).replace('T', ' ')} | ${inert(what)} |`),
    ],
    json: {
      run: recorded.run,
      plan,
      journal: lines,
      ...(children.length > 0 && {
        children: children.map((child) => ({run: child.run, plan: child.plan, journal: child.lines})),
      }),
    } as unknown as Json,
  }
}

function sentence(line: Line): string {
  switch (line.kind) {
    case 'began':
      return `began; plan code ${line.code}`
    case 'resumed':
      return `resumed by ${(line.owner as {user?: string}).user ?? '?'}`
    case 'applying':
      return `${line.again ? 'again: ' : ''}began step ${line.step}`
    case 'learned':
      return line.says ?? `step ${line.step} goes on`
    case 'unsent':
      return `step ${line.step} has changed nothing`
    case 'settled':
      return `${line.result.state}: ${line.result.says}: ${line.result.saw}`
    case 'undoing':
      return `began to undo step ${line.step}`
    case 'unwound':
      return `undo ${line.result.state}: ${line.result.says}: ${line.result.saw}`
    case 'note':
      return line.says
    case 'announced':
      return `${line.where}: ${line.says}`
    case 'interrupted':
      return `interrupted: ${line.says}`
    case 'ended':
      return `ended: ${line.verdict}: ${line.says}`
  }
}

/** Text from elsewhere must not break the table, start a link or a mention, or carry control characters. */
function inert(text: string): string {
  return clean(text).replace(/[\\|<>[\]`*_@]|(?<=:)\//g, (sign) => `\\${sign}`)
}
