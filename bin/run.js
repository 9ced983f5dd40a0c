#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const fits = (major === 22 && minor >= 13) || major === 24 || major >= 26

if (!fits) {
  process.stderr.write(
    `redeye needs Node 22.13 or newer, 24, or 26 and newer, and this is ${process.version}: run it as 'npx node@24 ${process.argv[1]} ...' or install a newer Node.\n`,
  )
  process.exitCode = 2
} else if (['--version', '-v', 'version'].includes(process.argv[2]) && process.argv.length === 3) {
  const {readFileSync} = process.getBuiltinModule('node:fs')
  const {version} = JSON.parse(readFileSync(`${import.meta.dirname}/../package.json`, 'utf8'))
  process.stdout.write(`redeye/${version} ${process.platform}-${process.arch} node-${process.version}\n`)
} else {
  const {loadBundle} = await import('./bundle.js')
  // Whoever read our output may have gone (a pipe into head): what is under way is finished all the same.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  const commands = () => loadBundle('commands').default
  try {
    // Not awaited: it flushes stdout at its end, which never comes when nobody reads it.
    void loadBundle('@oclif/core').startBundled(`${import.meta.dirname}/..`, commands)
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    process.stderr.write(`redeye is not built here: npm run build (${error.path} is missing)\n`)
    process.exitCode = 2
  }
}
