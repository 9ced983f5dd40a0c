import type {Finding} from '../../../engine/runbook.js'
import {bytesText, percentOf} from '../bytes.js'
import {sumOf} from '../disk-classes.js'
import type {CleanFacts, CleanInput} from '../disk-input.js'

const FULL_INODES = 95

export function diskGuards(asked: CleanInput, facts: CleanFacts): Finding[] {
  return [mounted(asked, facts), writable(facts), local(facts), enough(asked, facts), remarks(facts)]
}

/** Only what df knows as a mount point: a directory elsewhere would be measured by the wrong file system. */
function mounted({mount}: CleanInput, {fs}: CleanFacts): Finding {
  if (fs) return {id: 'mount', level: 'pass', saw: `${fs.device} is mounted there`}
  return {
    id: 'mount',
    level: 'refuse',
    saw: `nothing is mounted at ${mount}`,
    clear: 'name a mount point: redeye linux disk HOST lists them',
  }
}

function writable({fs}: CleanFacts): Finding {
  if (!fs?.readOnly) return {id: 'remount-ro', level: 'pass', saw: 'it is writable'}
  return {
    id: 'remount-ro',
    level: 'refuse',
    saw: 'it is mounted read-only: the kernel does that after errors of the disk',
    clear: 'look at dmesg first',
  }
}

function local({fs}: CleanFacts): Finding {
  if (!fs || !/^(nfs|cifs|smb|ceph|gluster|9p|fuse\.sshfs)/.test(fs.kind))
    return {id: 'network', level: 'pass', saw: 'it is a disk of this host'}
  return {
    id: 'network',
    level: 'refuse',
    saw: `it is ${fs.kind}: other hosts use it too`,
    clear: 'clean it where its disk is',
    overridable: true,
  }
}

function enough({need}: CleanInput, facts: CleanFacts): Finding {
  const {fs} = facts
  const sum = sumOf(facts)
  const gives = `all of it gives ${bytesText(sum)}`
  if (!need || !fs) return {id: 'not-enough', level: 'pass', saw: gives}
  const wanted = 'bytes' in need ? need.bytes : fs.size - (fs.size * need.percent) / 100
  const after = fs.free + sum
  const saw = `${gives}: ${bytesText(after)} free, ${bytesText(wanted)} needed`
  if (after >= wanted) return {id: 'not-enough', level: 'pass', saw}
  return {
    id: 'not-enough',
    level: 'refuse',
    saw,
    clear: 'look for what else fills it: redeye linux disk HOST',
    overridable: true,
  }
}

/** What should be known, and forbids nothing. */
function remarks({fs, deleted}: CleanFacts): Finding {
  const inodes = percentOf(fs?.inodesUsed ?? 0, fs?.inodes ?? 0)
  const held = deleted.reduce((sum, {size}) => sum + size, 0)
  const says = [
    ...(inodes >= FULL_INODES
      ? [`${inodes} % of its inodes are used: it is files that are too many, not bytes`]
      : []),
    ...(held > 0
      ? [
          `${bytesText(held)} are deleted and still held open: ${holdersText(deleted)}; restart those to get them back`,
        ]
      : []),
    ...(fs && /^(btrfs|zfs)$/.test(fs.kind)
      ? [`${fs.kind} may have snapshots, which keep what is deleted`]
      : []),
  ]
  if (says.length === 0) return {id: 'state', level: 'pass', saw: 'no process holds deleted files'}
  return {id: 'state', level: 'warn', saw: says.join('; ')}
}

export function holdersText(deleted: CleanFacts['deleted']): string {
  const shown = [...deleted].sort((a, b) => b.size - a.size).slice(0, 5)
  const texts = shown.map(
    ({unit, pid, size, path}) => `${unit || 'a process'} (pid ${pid}) ${path} ${bytesText(size)}`,
  )
  return (
    texts.join(', ') + (deleted.length > shown.length ? ` and ${deleted.length - shown.length} more` : '')
  )
}
