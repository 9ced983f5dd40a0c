import {hasColour} from '../screen.js'
import {pass, type Question, warn} from './footing.js'

const NARROW = 60
const LOW = 15

/** What tables and progress need to look right. */
export const terminal: Question = async ({at: {env}}) => {
  const {stdout} = process
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || ''
  return [
    ...(stdout.isTTY ? sizeOf(stdout) : [pass('size', 'no terminal here: 80 columns are taken')]),
    env.TERM === 'dumb'
      ? warn('term', 'TERM is dumb: progress comes as lines', 'export TERM=xterm-256color')
      : pass('term', hasColour(stdout, env) ? 'colours' : 'no colours'),
    /utf-?8/i.test(locale)
      ? pass('locale', locale)
      : warn(
          'locale',
          `the locale ${locale || 'C'} is not UTF-8: dashes and names may look wrong`,
          'export LC_ALL=C.UTF-8',
        ),
  ]
}

function sizeOf({columns, rows}: NodeJS.WriteStream) {
  const size = `${columns}x${rows}`
  if (columns >= NARROW && rows >= LOW) return [pass('size', size)]
  return [warn('size', `${size}: tables are cut below ${NARROW}x${LOW}`, 'make the window larger')]
}
