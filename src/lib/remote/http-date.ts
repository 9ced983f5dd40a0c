import {request as plain} from 'node:http'
import {request as secure} from 'node:https'

/**
 * The clock of a web server, from the `Date` header of one HEAD request without credentials; whole seconds. Its certificate is not
 * judged: a wrong clock makes good ones look bad, and nothing secret is sent.
 * @throws when nobody answers, or without that header
 */
export async function httpDate(url: string, signal: AbortSignal): Promise<number> {
  const to = new URL(url)
  const {request, options} =
    to.protocol === 'https:'
      ? {request: secure, options: {rejectUnauthorized: false}}
      : {request: plain, options: {}}
  return await new Promise((resolve, reject) => {
    const asked = request(to, {method: 'HEAD', signal, agent: false, ...options}, (answer) => {
      answer.resume()
      const at = Date.parse(answer.headers.date ?? '')
      if (Number.isNaN(at)) reject(new Error('it does not say the time'))
      else resolve(at)
    })
    asked.on('error', reject).end()
  })
}
