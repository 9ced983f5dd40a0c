// Captures real sessions at a terminal for docs/sessions: `npm run capture` (needs tmux and the haproxy lab's packages).
import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const SIZES = [
  [80, 24],
  [60, 15],
]

for (const [columns, rows] of SIZES) {
  const screens = await session(columns, rows)
  const text = screens.map(({title, screen}) => `## ${title}\n\n\`\`\`\n${screen}\n\`\`\`\n`).join('\n')
  const name = `haproxy-drain-${columns}x${rows}.md`
  writeFileSync(
    join(root, 'docs', 'sessions', name),
    `# A drain at ${columns}×${rows}, as captured by tmux\n\n${text}`,
  )
  process.stdout.write(`docs/sessions/${name}\n`)
}

async function session(columns, rows) {
  const home = mkdtempSync(join(tmpdir(), 'redeye-'))
  const socket = `redeye-capture-${process.pid}-${columns}`
  const tmux = (...args) => execFileSync('tmux', ['-L', socket, ...args], {encoding: 'utf8'})
  const screen = () => tmux('capture-pane', '-p', '-t', '0').trimEnd()
  const until = async (text) => {
    for (let tries = 0; tries < 300; tries += 1) {
      if (screen().includes(text)) return screen()
      await sleep(100)
    }
    throw new Error(`${text} did not appear:\n${screen()}`)
  }
  const type = (text) => tmux('send-keys', '-t', '0', text, 'Enter')
  const rc = join(home, 'rc')
  writeFileSync(
    rc,
    [
      `export XDG_STATE_HOME=${home} REDEYE_INVENTORY=${home}/redeye/lab/haproxy/redeye.yaml PS1='$ '`,
      `redeye() { '${process.execPath}' '${join(root, 'bin', 'run.js')}' "$@"; }`,
    ].join('\n'),
  )
  const screens = []
  const keep = (title, text) => screens.push({title, screen: text})
  try {
    tmux(
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      '-x',
      String(columns),
      '-y',
      String(rows),
      `bash --noprofile --rcfile ${rc} -i`,
    )
    await sleep(500)
    type('redeye lab up >/dev/null; sleep 2; clear; redeye haproxy status app')
    keep('Status', await until('app/s3           lb2').catch(() => until('app/s3')))
    type('clear; redeye haproxy drain one/s1 --progress none')
    await until('exit 3')
    await sleep(300)
    keep('Refused: the last server of a backend', screen())
    type('clear; redeye haproxy drain app/s2 --settle 4')
    keep('The question, below the plan', await until('[y/N]'))
    type('y')
    await until('running for 1s')
    keep('While it waits', screen())
    await until('runs undo')
    await sleep(300)
    keep('Done', screen())
    type('clear; redeye haproxy ready app/s2 --yes --watch 3s')
    await until('running for 1s')
    keep('Back into rotation, watched', screen())
    await until('runs undo')
    type('clear; redeye haproxy drain app/s1 --settle 6 --yes')
    await until('running for 1s')
    tmux('send-keys', '-t', '0', 'C-c')
    await until('runs undo')
    await sleep(300)
    keep('Ctrl-C in the middle', screen())
    type('clear; redeye runs list')
    await until('interrupted')
    await sleep(300)
    keep('What can be resumed or undone', screen())
    return screens
  } finally {
    type('clear; redeye lab down')
    await until('is down').catch(() => {})
    tmux('kill-server')
    rmSync(home, {recursive: true, force: true})
  }
}
