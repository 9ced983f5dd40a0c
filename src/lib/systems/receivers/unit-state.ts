/** What `systemctl show` said of a unit, with what else the script printed; plain JSON. */
export type UnitState = {
  boot: string
  /** `loaded`, `not-found`, `masked` ... */
  load: string
  /** `active`, `failed`, `activating` ... */
  active: string
  sub: string
  /** Another one after every start [systemd.exec(5), INVOCATION_ID]; empty when it never ran. */
  invocation: string
  restarts: number
  /** Seconds it was seen to hold, by the script that waits. */
  heldSec: number
}

/** @returns undefined when the text is none of it: another shell, a banner, garbage */
export function parseUnit(text: string): UnitState | undefined {
  const fields = parseLines(text)
  const active = fields.get('ActiveState')
  const load = fields.get('LoadState')
  if (!plain(active) || !plain(load)) return undefined
  const invocation = fields.get('InvocationID') ?? ''
  if (!/^[0-9a-f]{0,32}$/.test(invocation)) return undefined
  return {
    boot: fields.get('Boot') ?? '',
    load,
    active,
    sub: fields.get('SubState') ?? '',
    invocation,
    restarts: number(fields.get('NRestarts')),
    heldSec: number(fields.get('Held')),
  }
}

/** `Key=value` lines; the last one of a key counts. */
export function parseLines(text: string): Map<string, string> {
  const fields = new Map<string, string>()
  for (const line of text.split('\n')) {
    const at = line.indexOf('=')
    if (at > 0) fields.set(line.slice(0, at), line.slice(at + 1).replace(/\r$/, ''))
  }
  return fields
}

function plain(text: string | undefined): text is string {
  return text !== undefined && /^[a-z-]+$/.test(text)
}

function number(text: string | undefined): number {
  return /^\d+$/.test(text ?? '') ? Number(text) : 0
}
