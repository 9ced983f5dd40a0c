/** A few of many names: `rx-1, rx-2, rx-3 and 17 more`. */
export function someOf(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).join(', ')
  return names.length > most ? `${shown} and ${names.length - most} more` : shown
}

/** `1 host`, `300 hosts` */
export function hostsText(count: number): string {
  return `${count} ${count === 1 ? 'host' : 'hosts'}`
}
