import type {Event} from '../../src/lib/engine/event.js'
import {liveRenderer} from '../../src/lib/report/live.js'
import {result} from './samples.js'

/** Run in a real terminal: begins a scripted run, then does what the keys say, until `q`. */
const {stderr, stdin} = process
const renderer = liveRenderer({
  write: (text) => stderr.write(text),
  columns: () => stderr.columns,
  rows: () => stderr.rows,
  now: () => Date.now(),
  onResize(changed) {
    stderr.on('resize', changed)
    return () => stderr.off('resize', changed)
  },
  colour: true,
})

const begun: Event[] = [
  {type: 'run', run: '8f3a', steps: 3},
  {type: 'stage', stage: 'drain', says: 'Drain', steps: 3, width: 1},
  {type: 'start', step: 'lb1', says: 'drain lb1', undo: false},
  {type: 'end', result: result('lb1', 'changed', 'DRAIN'), undo: false},
  {type: 'start', step: 'idle', says: 'wait until app/s2 is idle', undo: false},
  {type: 'saw', step: 'idle', saw: 'lb1 12 sessions, lb2 9', waitedMs: 42_000, patienceMs: 300_000},
]
for (const event of begun) renderer.emit(event)

const keys: Record<string, () => void> = {
  n: () => renderer.emit({type: 'note', says: `${'a long line '.repeat(8)}end`}),
  p: () => {
    renderer.pause?.()
    stderr.write('Type app/s2 to go on: \n')
  },
  r: () => renderer.resume?.(),
  q: () => {
    renderer.close()
    stderr.write('closed\n')
    stdin.pause()
  },
}
stdin.setRawMode(true)
stdin.on('data', (bytes) => {
  for (const key of bytes.toString()) keys[key]?.()
})
