import {pass, type Question, warn} from './footing.js'

/** The program itself, and whose rights it has. */
export const tool: Question = async ({at, version}) => [
  pass('node', `redeye ${version} on Node ${process.version}, ${process.platform} ${process.arch}`),
  at.uid === 0
    ? warn('root', 'this runs as root, and so does every slip: use an account of your own')
    : pass('root', `as ${at.user}`),
]
