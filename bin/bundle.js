// Loads the files of dist/bundle/, compiled as they were when a command of the same kind last ran. Node's own compile
// cache keeps only what was compiled before the first line ran; this one is made at the end, with all that was used.
// `process.getBuiltinModule` instead of `import`: an import of node:fs loads the streams too, for 5 ms.
const fs = process.getBuiltinModule('node:fs')
const {createRequire, enableCompileCache} = process.getBuiltinModule('node:module')
const {Script} = process.getBuiltinModule('node:vm')

const DIR = `${import.meta.dirname}/../dist/bundle`
const FILES = {'@oclif/core': 'oclif', commands: 'commands', zod: 'zod', yaml: 'yaml'}
const loaded = new Map()
const cache = cacheDirectory()
if (cache) enableCompileCache(`${cache}/node`)

/** What the file exports. Its own `require` gives the other files of the bundle, and any package besides. */
export function loadBundle(name) {
  const known = loaded.get(name)
  if (known) return known.exports
  const file = `${DIR}/${FILES[name]}.cjs`
  // All of it is ASCII: one byte a character, and no decoding.
  const source = fs.readFileSync(file, 'latin1')
  const kept = cache && `${cache}/${FILES[name]}-${kind()}-${process.versions.v8}-${source.slice(2, 34)}`
  const cachedData = kept && readOwn(kept)
  const script = new Script(source, {filename: file, cachedData})
  if (kept && (!cachedData || script.cachedDataRejected)) process.once('exit', () => keep(kept, script))
  const module = {exports: {}}
  loaded.set(name, module)
  const outside = createRequire(file)
  const require = Object.assign((id) => (id in FILES ? loadBundle(id) : outside(id)), outside)
  script.runInThisContext()(module.exports, require, module, file, DIR, (id) => import(id))
  return module.exports
}

/** What uses the same functions: the help of all, of a topic or of a command; or a command, by its first two words. */
function kind() {
  const words = process.argv.slice(2)
  const end = words.findIndex((word) => !/^[a-z-]{1,20}$/.test(word) || word.startsWith('-'))
  const named = end < 0 ? words : words.slice(0, end)
  if (named.length === words.length && named.length === 0) return 'help-0'
  if (words.some((word) => word === '--help' || word === '-h')) return `help-${Math.min(named.length, 2)}`
  return named.slice(0, 2).join('-') || 'other'
}

/** `$XDG_CACHE_HOME/redeye/compiled`, 0700, or nowhere. What lies there will be run, so it must be ours alone. */
function cacheDirectory() {
  const {XDG_CACHE_HOME, HOME, NODE_DISABLE_COMPILE_CACHE} = process.env
  const base = XDG_CACHE_HOME?.startsWith('/') ? XDG_CACHE_HOME : HOME?.startsWith('/') && HOME
  if (!base || NODE_DISABLE_COMPILE_CACHE || !process.getuid) return undefined
  const home = base === XDG_CACHE_HOME ? base : `${base}/.cache`
  const dir = `${home}/redeye/compiled`
  try {
    if (base === XDG_CACHE_HOME) makeDirectory(base)
    // After a sudo that keeps HOME nothing of ours is to lie in what belongs to somebody else.
    if (fs.statSync(base).uid !== process.getuid()) return undefined
    // Not `recursive`: it makes a HOME that is not there, and below /proc it never ends.
    for (const one of [home, `${home}/redeye`, dir]) makeDirectory(one)
    return isOwn(fs.lstatSync(dir)) ? dir : undefined
  } catch {
    return undefined
  }
}

function makeDirectory(path) {
  if (!fs.existsSync(path)) fs.mkdirSync(path, {mode: 0o700})
}

function readOwn(file) {
  let descriptor
  try {
    descriptor = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW)
    return isOwn(fs.fstatSync(descriptor)) ? fs.readFileSync(descriptor) : undefined
  } catch {
    return undefined
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor)
  }
}

function isOwn({uid, mode}) {
  return uid === process.getuid() && (mode & 0o022) === 0
}

const HOUR_MS = 3_600_000
const MONTH_MS = 30 * 24 * HOUR_MS

/** A cache that cannot be written costs time, and nothing else. */
function keep(file, script) {
  try {
    // Rejected, and new: somebody starts us with other options of V8 in turns.
    if (ageOf(file) < HOUR_MS) return
    const beside = `${file}.${process.pid}`
    fs.writeFileSync(beside, script.createCachedData(), {mode: 0o600, flag: 'wx'})
    fs.renameSync(beside, file)
    for (const name of fs.readdirSync(cache))
      if (name.includes('-') && ageOf(`${cache}/${name}`) > MONTH_MS) fs.unlinkSync(`${cache}/${name}`)
  } catch {}
}

function ageOf(file) {
  const stat = fs.statSync(file, {throwIfNoEntry: false})
  return stat ? Date.now() - stat.mtimeMs : Number.POSITIVE_INFINITY
}
