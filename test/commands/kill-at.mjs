// Loaded with --import: the process ends itself with SIGKILL at one point of writing a run's directory.
// KILL_AT: `mkdir`, `plan`, `rename` and `open` are right before that; `append:N` is right before the N-th journal
// write, `synced:N` right after its fdatasync.
import {appendFileSync, promises as fs, readlinkSync} from 'node:fs'
import {syncBuiltinESMExports} from 'node:module'

const {KILL_AT, KILL_COUNT} = process.env
const counted = {append: 0, synced: 0}

function reached(point) {
  if (KILL_COUNT) appendFileSync(KILL_COUNT, `${point}\n`)
  if (point === KILL_AT) process.kill(process.pid, 'SIGKILL')
}

function before(name, point, concerns) {
  const original = fs[name]
  fs[name] = function (...args) {
    if (concerns.test(String(args[0]))) reached(point)
    return original.apply(this, args)
  }
}
before('mkdir', 'mkdir', /\/redeye\/runs\//)
before('writeFile', 'plan', /\/plan\.json\.new$/)
before('rename', 'rename', /\/plan\.json\.new$/)
before('open', 'open', /\/journal\.jsonl$/)
syncBuiltinESMExports()

const handle = await fs.open('/dev/null')
const prototype = Object.getPrototypeOf(handle)
await handle.close()

function isJournal({fd}) {
  return readlinkSync(`/proc/self/fd/${fd}`).endsWith('/journal.jsonl')
}

const {appendFile, datasync} = prototype
prototype.appendFile = function (...args) {
  if (isJournal(this)) reached(`append:${++counted.append}`)
  return appendFile.apply(this, args)
}
prototype.datasync = async function () {
  await datasync.call(this)
  if (isJournal(this)) reached(`synced:${++counted.synced}`)
}
