import type {Finding} from '../../../engine/runbook.js'
import {overHosts} from '../each.js'
import type {RestartInput} from '../restart-input.js'
import {pending, type ServiceFacts} from '../service-facts.js'

/** Units that carry the host or our way to it. */
const CARRIES =
  /^(systemd-.+|dbus|dbus-broker|sshd?|sshd?@.+|dropbear|networking|NetworkManager|network|wpa_supplicant|ifup@.+|init)\.(service|scope)$|\.(target|slice|mount)$/

type Of = (asked: RestartInput, facts: ServiceFacts) => Finding

export const unitExists: Of = (asked, facts) =>
  overHosts(
    pending(facts),
    {id: 'unit', pass: `${asked.unit} is loaded`, clear: 'check the name with systemctl list-units'},
    (host) => {
      const load = facts.hosts[host]?.unit.load
      if (load === 'loaded') return undefined
      if (load === 'no-systemd')
        return {says: `systemd does not run there (process 1 is ${facts.hosts[host]?.init})`}
      if (load === 'not-found') return {says: `there is no unit ${asked.unit}`}
      return {says: load === 'masked' ? `${asked.unit} is masked` : `systemd cannot load it (${load})`}
    },
  )

export const noJob: Of = ({unit}, facts) =>
  overHosts(
    pending(facts),
    {id: 'job', pass: 'nobody else starts or stops it now', clear: 'wait, or look at systemctl list-jobs'},
    (host) => {
      const job = facts.hosts[host]?.unit.job
      const level = facts.takenUp ? 'warn' : 'refuse'
      return job ? {says: `job ${job} of systemd is under way for ${unit}`, level} : undefined
    },
  )

export const mayByHand: Of = ({unit}, facts) =>
  overHosts(pending(facts), {id: 'by-hand', pass: 'its unit file lets people restart it'}, (host) => {
    const {refusesStop, refusesStart} = facts.hosts[host]?.unit ?? {}
    if (!refusesStop && !refusesStart) return undefined
    return {says: `${unit} has RefuseManual${refusesStop ? 'Stop' : 'Start'}=yes`}
  })

export const notProtected: Of = ({unit, settings}, facts) =>
  overHosts(
    pending(facts),
    {
      id: 'protected',
      pass: 'it carries neither the host nor this connection',
      clear: 'leave it to somebody at the console',
      overridable: true,
    },
    (host) => {
      const survey = facts.hosts[host]
      if (survey?.ours) return {says: `this connection itself is part of ${unit}`}
      const id = survey?.unit.id || unit
      if (CARRIES.test(id)) return {says: `${id} carries the host or the way to it`}
      return settings[host]?.protect.includes(id) ? {says: `the inventory protects ${id}`} : undefined
    },
  )

/** Whether it ran cannot be told from whether it did not: systemd forgets such a unit when it ends. */
export const remains: Of = (_asked, facts) =>
  overHosts(
    pending(facts),
    {id: 'oneshot', pass: 'it stays up once started', clear: 'start it by hand and read its journal'},
    (host) => {
      const {type, remains: stays, active} = facts.hosts[host]?.unit ?? {}
      if (type !== 'oneshot' || stays) return undefined
      return {says: `it is a oneshot that does not stay (${active}): nothing would be left to verify`}
    },
  )
