// Captures real sessions at a terminal for docs/sessions: `npm run capture [NAME...]` (needs tmux and the labs' packages).
import {execFileSync} from 'node:child_process'
import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const here = fileURLToPath(new URL('sessions', import.meta.url))
const wanted = process.argv.slice(2)

for (const file of readdirSync(here).sort()) {
  const name = file.replace('.js', '')
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const session = await import(join(here, file))
  for (const [columns, rows] of session.sizes) {
    const screens = await capture(session, columns, rows)
    const text = screens.map(({title, screen}) => `## ${title}\n\n\`\`\`\n${screen}\n\`\`\`\n`).join('\n')
    const page = `${name}-${columns}x${rows}.md`
    writeFileSync(
      join(root, 'docs', 'sessions', page),
      `# ${session.title} at ${columns}×${rows}, as captured by tmux\n\n${text}`,
    )
    process.stdout.write(`docs/sessions/${page}\n`)
  }
}

/** Without a part the session starts its lab itself. `size` is of a lab that has one: what lab up is told behind the part. */
async function capture({part, size = '', play}, columns, rows) {
  const home = mkdtempSync(join(tmpdir(), 'redeye-'))
  const socket = `redeye-capture-${process.pid}-${columns}`
  const tmux = (...args) => execFileSync('tmux', ['-L', socket, ...args], {encoding: 'utf8'})
  const terminal = (window) => {
    const screen = () => tmux('capture-pane', '-p', '-t', window).trimEnd()
    const until = async (text) => {
      for (let tries = 0; tries < 900; tries += 1) {
        if (screen().includes(text)) {
          await sleep(300)
          return screen()
        }
        await sleep(100)
      }
      throw new Error(`${text} did not appear:\n${screen()}`)
    }
    const type = async (text, clear = true) => {
      tmux('send-keys', '-t', window, clear ? `clear; ${text}` : text, 'Enter')
      // The typed line itself must be gone before anybody waits for words that it may contain.
      if (clear) await sleep(300)
    }
    const interrupt = () => tmux('send-keys', '-t', window, 'C-c')
    return {type, until, interrupt}
  }
  const first = terminal(':0')
  const {type, until} = first
  const rc = join(home, 'rc')
  writeFileSync(
    rc,
    [
      `export XDG_STATE_HOME=${home} PS1='$ '`,
      part ? `export REDEYE_INVENTORY=${home}/redeye/lab/${part}/redeye.yaml` : '',
      `redeye() { '${process.execPath}' '${join(root, 'bin', 'run.js')}' "$@"; }`,
    ].join('\n'),
  )
  const screens = []
  const keep = (title, screen) => screens.push({title, screen})
  const shell = `bash --noprofile --rcfile ${rc} -i`
  /** Somebody else's terminal, beside the first one. */
  const another = async () => {
    tmux('new-window', '-d', shell)
    await sleep(500)
    return terminal(':1')
  }
  try {
    tmux('-f', '/dev/null', 'new-session', '-d', '-x', String(columns), '-y', String(rows), shell)
    await sleep(500)
    if (part) {
      await type(`redeye lab up ${part} ${size} >/dev/null; sleep 2; echo "lab" "is up"`)
      await until('lab is up')
    }
    await play({...first, keep, another, home})
    return screens
  } finally {
    await type('redeye lab down')
    await until('is down').catch(() => {})
    tmux('kill-server')
    rmSync(home, {recursive: true, force: true})
  }
}
