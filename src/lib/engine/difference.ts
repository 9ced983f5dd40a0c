import {canonical, type Json} from './json.js'

/** Where two values differ, one line each: `lb1.servers.s3.status: "UP" -> "DOWN"`. At most `most` lines. */
export function difference(before: Json, after: Json, most = 20): string[] {
  const lines: string[] = []
  compare(before, after, '', lines)
  if (lines.length <= most) return lines
  return [...lines.slice(0, most), `and ${lines.length - most} more differences`]
}

function compare(before: Json | undefined, after: Json | undefined, path: string, lines: string[]): void {
  if (isMap(before) && isMap(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
      compare(before[key], after[key], path ? `${path}.${key}` : key, lines)
  } else if (Array.isArray(before) && Array.isArray(after)) {
    for (let at = 0; at < Math.max(before.length, after.length); at += 1)
      compare(before[at], after[at], `${path}[${at}]`, lines)
  } else if (text(before) !== text(after)) {
    lines.push(`${path}: ${text(before)} -> ${text(after)}`)
  }
}

function isMap(value: Json | undefined): value is {[key: string]: Json} {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function text(value: Json | undefined): string {
  return value === undefined ? 'absent' : canonical(value)
}
