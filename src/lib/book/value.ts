import type {Variable} from './variable.js'

/** Why the text is no value of this variable; undefined when it is one. */
export function notAValue(variable: Variable, text: string): string | undefined {
  if (text === '') return 'it must not be empty'
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) return 'it has control characters in it'
  switch (variable.type) {
    case 'string':
      return fits(text, variable.pattern) ? undefined : `it does not fit the pattern ${variable.pattern}`
    case 'integer':
      return integerProblem(text, variable)
    case 'duration':
      return /^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text) ? undefined : 'it is not a duration: write 90s, 5m or 2h'
    case 'boolean':
      return text === 'true' || text === 'false' ? undefined : 'write true or false'
    case 'choice':
      return variable.options.includes(text) ? undefined : `it is none of ${variable.options.join(', ')}`
    case 'target':
      return /^[\w.-]+$/.test(text) ? undefined : 'it is not the name of a target'
  }
}

/** The whole text, whatever anchors the pattern has. */
function fits(text: string, pattern: string | undefined): boolean {
  return pattern === undefined || new RegExp(`^(?:${pattern})$`, 'u').test(text)
}

function integerProblem(text: string, {min, max}: {min?: number | undefined; max?: number | undefined}) {
  if (!/^-?\d{1,15}$/.test(text)) return 'it is not a whole number'
  if (min !== undefined && Number(text) < min) return `it is less than ${min}`
  return max !== undefined && Number(text) > max ? `it is more than ${max}` : undefined
}
