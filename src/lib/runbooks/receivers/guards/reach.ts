import type {Finding} from '../../../engine/runbook.js'
import type {Facts} from '../facts.js'
import type {FanOut} from '../input.js'
import {hostsText, someOf} from '../names.js'
import {WIDTH, widthWithin} from '../width.js'

const NEEDED_PERCENT = 5

/** Without its key nobody knows who answers at the address of a host. */
export function pinned({chosen, now}: Facts): Finding {
  const {unpinned} = now
  if (unpinned.length === 0)
    return {
      id: 'unpinned',
      level: 'pass',
      saw: `the keys of all ${hostsText(chosen.hosts.length)} are pinned`,
    }
  return {
    id: 'unpinned',
    level: 'refuse',
    saw: `the host keys of ${unpinned.length} of ${hostsText(chosen.hosts.length)} are not pinned: ${someOf(unpinned)}`,
    clear: 'redeye receivers keys scan',
    overridable: true,
  }
}

/** A bastion that is down makes its hosts unreachable, one after the other. */
export function bastions({chosen, now}: Facts): Finding {
  const silent = now.bastions.filter(({error}) => error !== '')
  if (silent.length === 0) {
    const saw = now.bastions.length === 0 ? 'no bastion is needed' : `${now.bastions.length} bastions answer`
    return {id: 'bastion', level: 'pass', saw}
  }
  const saw = silent
    .map(({name, hosts, error}) => `${name} (needed by ${hostsText(hosts)}): ${error}`)
    .join('; ')
  const needed = silent.some(({hosts}) => hosts * 100 > chosen.hosts.length * NEEDED_PERCENT)
  if (!needed) return {id: 'bastion', level: 'warn', saw: `does not answer: ${saw}`}
  return {
    id: 'bastion',
    level: 'refuse',
    saw: `does not answer: ${saw}`,
    clear: 'bring it back, or leave its hosts out with --exclude',
    overridable: true,
  }
}

export function widthOf(asked: FanOut, {now}: Facts): number {
  return widthWithin(asked, now)
}

/** Slower ways to sign in. */
export function manner({now}: Facts): Finding[] {
  const {openssh, agent} = now.manner
  if (openssh !== '')
    return [
      {
        id: 'openssh',
        level: 'warn',
        saw: `the OpenSSH program signs in, since ${openssh}: two processes for each host, several times the CPU, and fewer hosts at once`,
      },
    ]
  if (agent === '') return []
  return [
    {
      id: 'agent',
      level: 'warn',
      saw: `an ssh-agent signs for every host, one after the other (about 650 a second), since ${agent}`,
      clear: 'name a key file with identity in the inventory',
    },
  ]
}

export function bounded(asked: FanOut, facts: Facts): Finding[] {
  if (facts.now.manner.openssh !== '') return []
  const width = widthOf(asked, facts)
  const wanted = Math.min(asked.width ?? WIDTH, asked.hosts)
  if (width >= wanted) return []
  return [
    {
      id: 'width',
      level: 'warn',
      saw: `${width} hosts in flight and not ${wanted}: this process may open ${facts.now.machine.fileDescriptors} files`,
      clear: 'raise the limit with ulimit -n',
    },
  ]
}
