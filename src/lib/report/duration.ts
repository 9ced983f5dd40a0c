/** Milliseconds as people say them: `0.4s`, `42s`, `3m05s`, `2h10m`. */
export function duration(ms: number): string {
  if (ms < 9950) return `${(Math.max(0, ms) / 1000).toFixed(1)}s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`
  const minutes = Math.floor(seconds / 60)
  return `${Math.floor(minutes / 60)}h${two(minutes % 60)}m`
}

/** Whole units, for what ticks on a screen and for limits: `5m` rather than `5m00s`. */
export function roughly(ms: number): string {
  const text = duration(Math.floor(Math.max(0, ms) / 1000) * 1000)
  return text.replace('.0s', 's').replace(/^(\d+[mh])00[sm]$/, '$1')
}

function two(count: number): string {
  return String(count).padStart(2, '0')
}
