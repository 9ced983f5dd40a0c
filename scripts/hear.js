// Plays a webhook and Datadog on loopback and prints what they are told: `node scripts/hear.js [PORT]` (docs/announcements.md).
import {randomUUID} from 'node:crypto'
import {createServer} from 'node:http'

const port = Number(process.argv[2] ?? 8126)
const downtimes = new Map()
const say = (...lines) => process.stdout.write(`${lines.join('\n')}\n`)

function open({data: {attributes}}) {
  const id = randomUUID()
  const {scope, message, schedule} = attributes
  downtimes.set(id, {message})
  say('[Datadog] downtime begins', `  ${scope}, until ${schedule.end} at the latest`)
  return {status: 200, body: {data: {type: 'downtime', id, attributes: {status: 'active', scope}}}}
}

function move(id, {data: {attributes}}) {
  say(`[Datadog] downtime goes on until ${attributes.schedule.end} at the latest`)
  return {status: 200, body: {data: {id}}}
}

function end(id) {
  if (!downtimes.delete(id)) return {status: 404, body: {errors: ['Downtime not found']}}
  say('[Datadog] downtime is over')
  return {status: 204}
}

const listed = () => [...downtimes].map(([id, {message}]) => ({id, attributes: {message}}))

function answer(method, path, body) {
  const [, id] = /^\/api\/v2\/downtime\/(.+)$/.exec(path) ?? []
  if (method === 'PATCH' && downtimes.has(id)) return move(id, body)
  if (method === 'DELETE' && id) return end(id)
  switch (`${method} ${path}`) {
    case 'POST /hook':
      say(...body.text.split('\n').map((line) => `[webhook] ${line}`))
      return {status: 200, body: 'ok'}
    case 'POST /api/v1/events':
      say(`[Datadog] ${body.alert_type}: ${body.title}`)
      return {status: 202, body: {status: 'ok'}}
    case 'POST /api/v2/downtime':
      return open(body)
    case 'GET /api/v2/downtime?current_only=true':
      return {status: 200, body: {data: listed()}}
  }
  say(`[nobody expected] ${method} ${path}`)
  return {status: 404}
}

const server = createServer(async (request, response) => {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  const {status, body} = answer(request.method, request.url, text === '' ? undefined : JSON.parse(text))
  response.writeHead(status, {'content-type': 'application/json'})
  response.end(body && (typeof body === 'string' ? body : JSON.stringify(body)))
})
server.listen(port, '127.0.0.1', () =>
  say(`listening: a webhook at http://127.0.0.1:${port}/hook, Datadog's API at`, `http://127.0.0.1:${port}`),
)
