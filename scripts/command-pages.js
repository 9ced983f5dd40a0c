// Writes docs/commands/: the help of every command, as it looks at 80 columns. `npm run docs` after `npm run build`.
import {mkdir, readdir, rm, writeFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'
import {Config, Help} from '@oclif/core'

const DIR = fileURLToPath(new URL('../docs/commands/', import.meta.url))

class Page extends Help {
  of(command) {
    return this.formatCommand(command).trimEnd()
  }
}

/** Page by name (`haproxy.md`), as it should be on disk. */
export async function commandPages() {
  const config = await Config.load(fileURLToPath(new URL('..', import.meta.url)))
  const help = new Page(config, {maxWidth: 80, stripAnsi: true})
  const bySystem = Map.groupBy(
    config.commands.filter(({hidden}) => !hidden).sort((a, b) => (a.id < b.id ? -1 : 1)),
    ({id}) => id.split(':')[0],
  )
  const pages = new Map()
  const index = ['# Commands', '', NOTICE, '']
  for (const [system, commands] of bySystem) {
    const text = [`# redeye ${system}`, '', NOTICE]
    for (const command of commands) {
      const words = command.id.replaceAll(':', ' ')
      text.push('', `## ${words}`, '', '```', help.of(command).replaceAll(/[ \t]+$/gm, ''), '```')
      index.push(
        `- [\`${words}\`](${system}.md#${words.replaceAll(' ', '-')}): ${command.summary ?? command.description}`,
      )
    }
    pages.set(`${system}.md`, `${text.join('\n')}\n`)
  }
  return pages.set('README.md', `${index.join('\n')}\n`)
}

const NOTICE = 'Made from the commands by `npm run docs`; a test compares. Do not edit.'

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pages = await commandPages()
  await mkdir(DIR, {recursive: true})
  for (const old of await readdir(DIR)) if (!pages.has(old)) await rm(DIR + old)
  for (const [name, text] of pages) await writeFile(DIR + name, text)
  process.stdout.write(`docs/commands: ${pages.size} pages\n`)
}
