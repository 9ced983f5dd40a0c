// Writes dist/bundle/: a few files that hold every command and what it needs, because they start faster than hundreds of
// modules do (docs/decisions/0008-bundle.md). Programs and threads of their own, and packages that only some commands
// need, stay files of their own.
import {createHash} from 'node:crypto'
import {mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {dirname, join, relative, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'
import {build, transform} from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const out = `${root}dist/bundle/`

/** Large, and only some commands need them. */
const LEFT_ALONE = [
  'ssh2',
  '@redis/client',
  '@aws-sdk/*',
  '@azure/*',
  'execa',
  'typescript',
  'ts-node',
  'tsx',
]

/** How TypeScript (oclif) and esbuild (ours) write an import in CommonJS. */
const REQUIRED = /^(?:const|var) (\w+_\d+|import_\w+) = ((?:__importDefault\()?require\("[^"]+"\)\)?);$/gm

/** Modules require each other at their top; here each is loaded when it is used first. */
function lazily(text) {
  let lazy = text
  for (const [line, name, required] of text.matchAll(REQUIRED)) {
    lazy = lazy.replaceAll(new RegExp(`(?<![\\w$]|[^.]\\.)${name}(?![\\w$])`, 'g'), `${name}()`)
    lazy = lazy.replace(
      line.replace(name, `${name}()`),
      `let ${name}$;const ${name}=()=>${name}$??=${required};`,
    )
  }
  return lazy.replaceAll(/\bnew (\w+_\d+|import_\w+)\(\)/g, 'new ($1())')
}

const commonJs = (text) => transform(text, {format: 'cjs', platform: 'node', target: 'node22'})
const EXPORTS = 'var stdin_exports = {};'
/** What esbuild writes in front of each module that it makes CommonJS; here it is there once. */
const {code: sample} = await commonJs(`import x, * as y from 'x'; export default [x, y]`)
const interop = sample.slice(0, sample.indexOf(EXPORTS))

/** Ours, each in a function of its own, which is not even looked at before it is needed. */
const ours = {
  name: 'ours',
  setup({onResolve, onLoad}) {
    // A place of its own: package.json says of these files that they are modules, and here they no longer are. Their paths
    // are in the bundle, and begin at our directory: it must be the same wherever it is made.
    onResolve({filter: /^\.\/dist\//}, ({path}) => ({path: resolve('/', path), namespace: 'ours'}))
    onResolve({filter: /^\./, namespace: 'ours'}, ({path, importer}) => ({
      path: resolve(dirname(importer), path),
      namespace: 'ours',
    }))
    onLoad({filter: /./, namespace: 'ours'}, async ({path}) => {
      // A module keeps the address that it had before it was bundled: it finds its neighbours by it.
      const before = JSON.stringify(`../${relative('/dist', path)}`)
      const address = `new URL(${before},require('node:url').pathToFileURL(__filename)).href`
      const {code} = await commonJs(
        (await readFile(join(root, path), 'utf8')).replaceAll('import.meta.url', address),
      )
      const from = Math.max(0, code.indexOf(EXPORTS))
      return {contents: lazily(code.slice(from)), loader: 'js', resolveDir: root}
    })
  },
}

/** By file of oclif: what each start would pay for, and need not. */
const SPARED = {
  // bin/run.js has looked at the version of Node; semver is not needed.
  'lib/index.js': ['checkNodeVersion();', ''],
  // Ids are ASCII; the rules of a language take 6 ms to load.
  'lib/config/plugin.js': ['a.id.localeCompare(b.id)', '(a.id < b.id ? -1 : 1)'],
  // Most texts are no template, and each would be compiled as one.
  'lib/help/util.js': [
    '    function render(t) {\n',
    "    function render(t) {\n if (!t.includes('<%')) return t\n",
  ],
}

const oclif = {
  name: 'oclif',
  setup({onLoad}) {
    onLoad({filter: /node_modules\/@oclif\/.*\.js$/}, async ({path}) => {
      const text = await readFile(path, 'utf8')
      const [what, instead] = SPARED[path.split('@oclif/core/')[1]] ?? ['', '']
      if (!text.includes(what)) throw new Error(`${path} no longer has ${what}: look at it again`)
      return {contents: lazily(text.replace(what, instead)), loader: 'js'}
    })
  },
}

/** @returns what it is made of, as esbuild says */
async function bundle(name, contents, external = []) {
  const {metafile, outputFiles} = await build({
    stdin: {contents, resolveDir: root, sourcefile: `${name}.js`},
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    minifyWhitespace: true,
    minifySyntax: true,
    metafile: true,
    legalComments: 'none',
    external: [...external, ...LEFT_ALONE],
    plugins: [ours, oclif],
    logLevel: 'warning',
  })
  // What is left are packages that stay packages. A compiled script may not import; whoever runs it does it instead.
  const code = outputFiles[0].text.replaceAll(/\bimport\((?!\))/g, 'dynamicImport(')
  const digest = createHash('sha256').update(code).digest('hex').slice(0, 32)
  // The digest in front names the build: V8 itself compares no more than the length of what a cache was made from.
  const whole = `/*${digest}*/(function(exports,require,module,__filename,__dirname,dynamicImport){${interop}${code}\n})`
  await writeFile(`${out}${name}.cjs`, whole)
  return metafile.inputs
}

const {commands} = JSON.parse(await readFile(`${root}oclif.manifest.json`, 'utf8'))
const classes = Object.values(commands).map(({id, pluginName, relativePath}) => {
  const home = pluginName === 'redeye' ? '.' : `./node_modules/${pluginName}`
  return `${JSON.stringify(id)}: () => import(${JSON.stringify([home, ...relativePath].join('/'))}),`
})

await rm(out, {recursive: true, force: true})
await mkdir(out, {recursive: true})
const start = `module.exports = require('@oclif/core')
module.exports.startBundled = require('./dist/lib/cli/bundled.js').startBundled`
const inputs = [
  await bundle('oclif', start),
  await bundle('commands', `export default {${classes.join('\n')}}`, ['@oclif/core', 'zod', 'yaml']),
  await bundle('zod', `module.exports = require('zod')`),
  await bundle('yaml', `module.exports = require('yaml')`),
]
await writeFile(`${out}inputs.json`, JSON.stringify(inputs))
