import {RemoteError} from '../../remote/fault.js'
import {notHaproxy, refusal} from './answers.js'

/** How the answers to the reads begin: anything else was not cut off, it is another service. */
const BEGINNING = /^(Name: |# |1\n|0x)/

/**
 * Cuts the answer to several commands sent on one line (`a;b;c`) into one text per command. Every answer ends with
 * an empty line [management manual 9.3; seen on 2.6].
 * @throws RemoteError `lost` when the end is missing, `answered` when one of them is a refusal.
 */
export function sections(commands: readonly string[], answer: string): string[] {
  const whole = refusal(commands[0] ?? '', answer)
  if (whole) throw whole
  let rest = answer
  return commands.map((command, index) => {
    const end = rest.startsWith('\n') ? 0 : rest.indexOf('\n\n') + 1
    if (end === 0 && !rest.startsWith('\n')) {
      if (index === 0 && rest !== '' && !BEGINNING.test(rest))
        notHaproxy(command, 'an answer of HAProxy', rest)
      throw cutOff(command)
    }
    const section = rest.slice(0, end)
    rest = rest.slice(end + 1)
    const no = refusal(command, section)
    if (no) throw no
    return section
  })
}

function cutOff(command: string): RemoteError {
  return new RemoteError('lost', `the answer to "${command}" was cut off`, {
    class: 'cut-off',
    hint: 'HAProxy may have been stopped or reloaded: look whether it runs.',
  })
}
