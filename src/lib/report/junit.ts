import type {Outcome, TargetAnswer} from '../engine/outcome.js'
import {clean} from '../text/clean.js'

/** What no XML 1.0 document may have, even escaped. */
const FORBIDDEN = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

/** JUnit XML: a suite for each system, a case for each target; `error` is a target that did not answer at all. */
export function junitXml({targets = [], ms}: Outcome, beganMs: number): string {
  const systemOf = ({target}: TargetAnswer) => target.split('/')[0] ?? ''
  const systems = [...new Set(targets.map(systemOf))]
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="redeye check"${counts(targets)} time="${seconds(ms)}">`,
    ...systems.flatMap((system) =>
      suiteLines(
        system,
        targets.filter((one) => systemOf(one) === system),
        beganMs,
      ),
    ),
    '</testsuites>',
    '',
  ].join('\n')
}

function suiteLines(system: string, cases: readonly TargetAnswer[], beganMs: number): string[] {
  const total = cases.reduce((sum, {ms}) => sum + ms, 0)
  const began = new Date(beganMs).toISOString().slice(0, 19)
  return [
    `  <testsuite name="${escaped(system)}"${counts(cases)} skipped="0" time="${seconds(total)}" timestamp="${began}">`,
    ...cases.flatMap((one) => caseLines(system, one)),
    '  </testsuite>',
  ]
}

function caseLines(system: string, one: TargetAnswer): string[] {
  const {target, ms, because, says, answer, command} = one
  const attributes = `classname="redeye.${escaped(system)}" name="${escaped(target)}" time="${seconds(ms)}"`
  const body = [...because, `ask again: ${command}`].map(escaped).join('\n')
  if (answer !== 'ok') {
    const tag = isFailure(one) ? 'failure' : 'error'
    return [
      `    <testcase ${attributes}>`,
      `      <${tag} type="${answer}" message="${escaped(says)}">${body}</${tag}>`,
      '    </testcase>',
    ]
  }
  if (because.length === 0) return [`    <testcase ${attributes}/>`]
  return [
    `    <testcase ${attributes}>`,
    `      <system-out>${because.map(escaped).join('\n')}</system-out>`,
    '    </testcase>',
  ]
}

function counts(cases: readonly TargetAnswer[]): string {
  const bad = cases.filter(({answer}) => answer !== 'ok')
  const failures = bad.filter(isFailure).length
  return ` tests="${cases.length}" failures="${failures}" errors="${bad.length - failures}"`
}

function isFailure({answer}: TargetAnswer): boolean {
  return answer === 'no'
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

function escaped(text: string): string {
  return clean(text)
    .replace(FORBIDDEN, '\ufffd')
    .replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)
}
