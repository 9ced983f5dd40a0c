import {notHaproxy} from './answers.js'

export interface Info {
  version: string
  pid: number
  uptimeSec: number
  nbproc: number
  stopping: boolean
}

/** Reads `show info`: one `Name: value` a line. @throws RemoteError `answered` when it is something else. */
export function parseInfo(text: string): Info {
  const fields = new Map(
    text.split('\n').map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()] as const
    }),
  )
  const number = (field: string): number => {
    const value = fields.get(field) ?? ''
    return /^\d+$/.test(value) ? Number(value) : notHaproxy('show info', `a number "${field}"`, text)
  }
  if (fields.get('Name') !== 'HAProxy') notHaproxy('show info', '"Name: HAProxy"', text)
  return {
    version: fields.get('Version') ?? '',
    pid: number('Pid'),
    uptimeSec: number('Uptime_sec'),
    nbproc: number('Nbproc'),
    stopping: number('Stopping') !== 0,
  }
}

/** Reads `show cli level`. */
export function parseLevel(text: string): 'admin' | 'operator' | 'user' {
  const level = text.trim()
  if (level === 'admin' || level === 'operator' || level === 'user') return level
  return notHaproxy('show cli level', 'admin, operator or user', text)
}
