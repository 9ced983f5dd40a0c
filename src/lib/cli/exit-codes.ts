import {EXIT_CODES, exitCodesText} from '../report/exit-codes.js'

export function exitCodesShown(): {lines: string[]; json: unknown} {
  return {lines: exitCodesText(), json: EXIT_CODES}
}
