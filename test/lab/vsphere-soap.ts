import {readFileSync} from 'node:fs'
import {Agent, request} from 'node:https'
import {setTimeout as sleep} from 'node:timers/promises'
import type {VsphereLab} from '../../src/lib/lab/vsphere-lab.js'

/** What came back, as text; `fault` is the type of the SOAP fault. */
export interface SoapAnswer {
  status: number
  text: string
  fault?: string
}

export interface TaskEnd {
  state: string
  fault?: string
  message?: string
  cancelled: boolean
}

/** The wire itself, with nothing of our client in between. */
export interface Soap {
  call(method: string, on: [type: string, id: string], args?: string): Promise<SoapAnswer>
  login(user: string, password: string): Promise<SoapAnswer>
  /** Simple values by path; what is absent is undefined. */
  props(type: string, id: string, ...paths: string[]): Promise<Record<string, string | undefined>>
  /** Id of the task that a method began. @throws when it was answered with a fault */
  task(method: string, on: [type: string, id: string], args?: string): Promise<string>
  ended(task: string, limitMs?: number): Promise<TaskEnd>
  close(): void
}

export function openSoap(lab: VsphereLab): Soap {
  const agent = new Agent({keepAlive: true, ca: readFileSync(lab.ca)})
  let cookie = ''
  const call: Soap['call'] = (method, [type, id], args = '') => {
    const body = `<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Body><${method} xmlns="urn:vim25"><_this type="${type}">${id}</_this>${args}</${method}></Body></Envelope>`
    return new Promise((resolve, reject) => {
      const headers = {'Content-Type': 'text/xml; charset=utf-8', SOAPAction: 'urn:vim25/8.0.3.0', cookie}
      const sent = request(lab.url, {method: 'POST', agent, headers}, (answer) => {
        cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? cookie
        let text = ''
        answer.setEncoding('utf8').on('data', (part) => {
          text += part
        })
        answer.on('end', () => {
          const fault = /<detail><\w+ [^>]*xsi:type="(\w+)"/.exec(text)?.[1]
          resolve({status: answer.statusCode ?? 0, text, ...(fault && {fault})})
        })
      })
      sent.on('error', reject).end(body)
    })
  }
  const props: Soap['props'] = async (type, id, ...paths) => {
    const set = `<propSet><type>${type}</type>${paths.map((path) => `<pathSet>${path}</pathSet>`).join('')}</propSet>`
    const {text} = await call(
      'RetrievePropertiesEx',
      ['PropertyCollector', lab.esx ? 'ha-property-collector' : 'propertyCollector'],
      `<specSet>${set}<objectSet><obj type="${type}">${id}</obj></objectSet></specSet><options/>`,
    )
    const found = text.matchAll(/<propSet><name>([\w.]+)<\/name><val[^>]*>(.*?)<\/val><\/propSet>/gs)
    return Object.fromEntries([...found].map(([, name, value]) => [name, value]))
  }
  return {
    call,
    props,
    login: (user, password) =>
      call(
        'Login',
        ['SessionManager', lab.esx ? 'ha-sessionmgr' : 'SessionManager'],
        `<userName>${escaped(user)}</userName><password>${escaped(password)}</password>`,
      ),
    async task(method, on, args) {
      const {text, fault} = await call(method, on, args)
      const id = /<returnval[^>]*>([\w-]+)<\/returnval>/.exec(text)?.[1]
      if (!id) throw new Error(`${method}: ${fault} ${text}`)
      return id
    },
    async ended(task, limitMs = 20_000) {
      for (const end = performance.now() + limitMs; performance.now() < end; await sleep(10)) {
        const now = await props('Task', task, 'info.state', 'info.error', 'info.cancelled')
        const state = now['info.state'] ?? ''
        if (state !== 'success' && state !== 'error') continue
        const error = now['info.error'] ?? ''
        const fault = /<fault [^>]*type="(\w+)"/.exec(error)?.[1]
        const message = /<localizedMessage>([^<]*)<\/localizedMessage>$/.exec(error.trim())?.[1]
        return {
          state,
          cancelled: now['info.cancelled'] === 'true',
          ...(fault && {fault}),
          ...(message && {message}),
        }
      }
      throw new Error(`${task} has not ended within ${limitMs} ms`)
    },
    close: () => agent.destroy(),
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
