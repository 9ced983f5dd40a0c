import type {DatadogAccess} from '../systems/datadog/access.js'
import {postEvent} from '../systems/datadog/event.js'
import {detailsOf, severityOf, titleOf} from './message.js'
import {type Listener, systemOf} from './tell.js'

/** An event for each piece of news. Those of one run are shown together. */
export function datadogListener(access: () => DatadogAccess, tags: readonly string[]): Listener {
  return {
    name: 'Datadog',
    async hear(news, signal) {
      const {run, runbook} = news.told
      const event = {
        title: titleOf(news),
        text: [titleOf(news), ...detailsOf(news)].join('\n'),
        tags: [...tags, `redeye_run:${run}`, `runbook:${runbook}`, `system:${systemOf(news.told)}`],
        severity: severityOf(news),
        aggregationKey: run,
      }
      await postEvent(access(), event, signal)
    },
  }
}
