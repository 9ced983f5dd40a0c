import {duplicateKeys} from './duplicates.js'
import {issueProblems} from './issues.js'
import {inventoryError} from './problem.js'
import {type Inventory, inventorySchema} from './schema.js'
import {parseSource, type Source} from './source.js'

/** Checks the text of an inventory. @throws InventoryError with every problem; `file` is for the messages. */
export function parseInventory(text: string, file: string): Inventory {
  const source = parseSource(text)
  const broken = [...source.document.errors, ...source.document.warnings]
  if (broken.length > 0)
    throw inventoryError(
      file,
      broken.map(({pos, message}) => source.problem(pos[0], [], `not valid YAML: ${message}`)),
    )
  const input = plainValue(source, file)
  const duplicates = duplicateKeys(source)
  const checked = inventorySchema.safeParse(input)
  const problems = [...duplicates, ...issueProblems(source, checked.error?.issues ?? [], input)]
  if (problems.length > 0 || !checked.success) throw inventoryError(file, problems)
  return checked.data
}

/** Aliases that multiply without end make yaml throw. */
function plainValue({document, problem}: Source, file: string): unknown {
  try {
    return document.toJS()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw inventoryError(file, [problem(0, [], `not usable YAML: ${why}`)])
  }
}
