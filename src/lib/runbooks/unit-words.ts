/** How systemd's words for a unit are shown: `active (running)`. */
export function described({active, sub}: {active: string; sub: string}): string {
  return sub === '' ? active : `${active} (${sub})`
}
