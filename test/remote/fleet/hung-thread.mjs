// A thread that answers `echo`, says it has sent `sent`, and hangs at `sent` and `unsent` in the way its settings name.
import {parentPort, workerData} from 'node:worker_threads'

const {sent, how} = workerData
const flags = new Uint8Array(sent)
const beat = setInterval(() => parentPort.postMessage({kind: 'beat'}), 20)

parentPort.on('message', (message) => {
  if (message.kind === 'end') {
    clearInterval(beat)
    parentPort.close()
  }
  if (message.kind !== 'run') return
  for (const {job, command} of message.jobs) {
    if (command === 'echo') {
      const output = {code: 0, signal: '', stdout: 'hello', stderr: '', dropped: 0}
      parentPort.postMessage({kind: 'results', results: [{job, output}]})
      continue
    }
    if (command === 'sent') Atomics.store(flags, job, 1)
    if (command === 'hang' && how === 'loop') for (;;);
    if (command === 'hang' && how === 'throw') setImmediate(() => Promise.reject(new Error('out of luck')))
  }
})
