import type {Finding} from './runbook.js'

/** What the guards said, with the overrides a person gave. */
export interface Guarded {
  findings: Finding[]
  /** Refusals that stand. */
  refused: Finding[]
  /** Refusals that were overridden: these raise how hard the engine asks. */
  overridden: string[]
}

export function judge(findings: Finding[], overrides: readonly string[]): Guarded {
  const refusals = findings.filter((finding) => finding.level === 'refuse')
  const passed = (finding: Finding) => finding.overridable === true && overrides.includes(finding.id)
  return {
    findings,
    refused: refusals.filter((finding) => !passed(finding)),
    overridden: [...new Set(refusals.filter(passed).map((finding) => finding.id))],
  }
}

/** Overrides that name no guard of this runbook: a typing error must not look like caution. */
export function unknownOverrides(findings: readonly Finding[], overrides: readonly string[]): string[] {
  return overrides.filter((id) => !findings.some((finding) => finding.id === id))
}
