import {covers, overlap, parseCidr} from '../../systems/aws/cidr.js'
import type {Acl, AclEntry} from '../../systems/aws/network.js'

type Entries = Pick<Acl, 'entries'>

/** Entries are looked at by number, and the first one that fits decides [src: VPC guide, network ACL rules]. */
export function firstAllow({entries}: Entries, source: string): number | undefined {
  const cidr = parseCidr(source)
  const numbers = entries
    .filter(({egress, action, cidr: theirs}) => {
      const other = parseCidr(theirs)
      return !egress && action === 'allow' && cidr && other && overlap(cidr, other)
    })
    .map(({number}) => number)
  return numbers.length === 0 ? undefined : Math.min(...numbers)
}

/** The entry that keeps all of it out, before anything lets it in. */
export function denial(acl: Entries, source: string): AclEntry | undefined {
  const cidr = parseCidr(source)
  const allowed = firstAllow(acl, source) ?? Number.POSITIVE_INFINITY
  return acl.entries.find(({egress, action, protocol, number, cidr: theirs}) => {
    const other = parseCidr(theirs)
    const all = !egress && action === 'deny' && protocol === '-1'
    return all && number < allowed && cidr && other && covers(other, cidr)
  })
}

/** The lowest number that nothing has and that comes before what lets it in; undefined when there is none. */
export function freeNumber(acl: Entries, source: string): number | undefined {
  const allowed = firstAllow(acl, source) ?? 1
  const taken = new Set(acl.entries.filter(({egress}) => !egress).map(({number}) => number))
  for (let number = 1; number < allowed; number += 1) if (!taken.has(number)) return number
  return undefined
}

/** Whether the entry of this number is the one that a tag speaks of. */
export function isDenial(acl: Entries, {number, cidr}: {number: number; cidr: string}): boolean {
  return acl.entries.some(
    (one) => !one.egress && one.number === number && one.action === 'deny' && one.cidr === cidr,
  )
}
