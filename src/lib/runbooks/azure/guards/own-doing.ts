import type {Finding} from '../../../engine/runbook.js'

/** For a resumed run: what it has brought about itself (the VM is down, Azure is at it) is told and refuses nothing. */
export function softened(ids: readonly string[]): (finding: Finding) => Finding {
  return (finding) => {
    if (finding.level !== 'refuse' || !ids.includes(finding.id)) return finding
    return {id: finding.id, level: 'warn', saw: `${finding.saw}; this run has begun, and goes on`}
  }
}
