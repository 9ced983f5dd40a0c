import type {Checks, InstanceAction} from '../../systems/aws/instance.js'
import {type Facts, memberOf} from './facts.js'
import type {RecoverInput} from './input.js'

export type Method = 'reboot' | 'stop-start' | 'replace'

export interface Choice {
  method: Method
  /** What is wrong with it; empty when nothing is. */
  wrong: string[]
  why: string
}

/** Actions of EC2 that it takes; a group is asked for a replacement, and cannot be asked beforehand. */
export const ACTIONS: Readonly<Record<Method, readonly InstanceAction[]>> = {
  reboot: ['RebootInstances'],
  'stop-start': ['StopInstances', 'StartInstances'],
  replace: [],
}

/** Codes of events that a move to another host takes away [src: EC2 API, InstanceStatusEvent.Code]. */
export const MOVES = ['instance-stop', 'instance-retirement']

/** What is wrong, and the way that helps: another host for what the host has, a reboot for what its own system has. */
export function choose({method: asked}: Pick<RecoverInput, 'method'>, facts: Facts): Choice {
  const {checks, instance, group} = facts
  const since = checks.impairedSince === null ? '' : ` since ${checks.impairedSince}`
  const ofHost = [
    ...(checks.system === 'impaired' ? [`its system check fails${since}`] : []),
    ...(checks.ebs === 'impaired' ? [`its EBS check fails${since}`] : []),
    ...checks.events.filter(({code}) => MOVES.includes(code)).map(eventWords),
  ]
  const own = [
    ...(checks.instance === 'impaired' ? [`its instance check fails${since}`] : []),
    ...(instance.state === 'stopped' || instance.state === 'stopping' ? [`it is ${instance.state}`] : []),
  ]
  const wrong = [...ofHost, ...own]
  if (asked !== 'auto') return {method: asked, wrong, why: 'as asked'}
  const member = memberOf(facts)
  if (group && member && member.lifecycle !== 'Standby')
    return {method: 'replace', wrong, why: `its auto scaling group ${group.name} can replace it`}
  if (ofHost.length > 0) return {method: 'stop-start', wrong, why: 'it starts on another host'}
  if (instance.state !== 'running') return {method: 'stop-start', wrong, why: 'it has to be started'}
  return {method: 'reboot', wrong, why: 'its host is well'}
}

export function eventWords({code, description, notBefore}: Checks['events'][number]): string {
  return `${code} is scheduled${notBefore === null ? '' : ` not before ${notBefore}`} (${description})`
}
