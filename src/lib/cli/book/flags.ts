import {Flags} from '@oclif/core'

export const varFlag = Flags.string({
  summary: 'Value of a variable of the document',
  helpValue: 'NAME=VALUE',
  multiple: true,
  multipleNonGreedy: true,
})
