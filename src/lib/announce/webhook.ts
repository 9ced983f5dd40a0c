import {sendJson} from '../remote/http-json.js'
import {detailsOf, type News, severityOf, titleOf} from './message.js'
import type {Listener} from './tell.js'

const SIGNS = {
  info: ':arrow_forward:',
  success: ':white_check_mark:',
  warning: ':warning:',
  error: ':red_circle:',
}

/** An incoming webhook as Slack has them, and Mattermost and others too: `{"text": "..."}`. */
export function webhookListener(url: () => Promise<string>): Listener {
  return {
    name: 'the webhook',
    async hear(news, signal) {
      const {status, body} = await sendJson('POST', await url(), {}, {text: textOf(news)}, signal)
      if (status >= 300) throw new Error(`it answered with status ${status}${said(body)}`)
    },
  }
}

function textOf(news: News): string {
  return [`${SIGNS[severityOf(news)]} *${escaped(titleOf(news))}*`, ...detailsOf(news).map(escaped)].join(
    '\n',
  )
}

/** Slack's three control characters [Slack, formatting text]; a name must not ping a channel. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Slack answers in one word, such as `invalid_payload`. */
function said(body: unknown): string {
  return typeof body === 'string' && /^\w{1,40}$/.test(body) ? ` (${body})` : ''
}
