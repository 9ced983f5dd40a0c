import type {Permissions} from './model.js'

/** Whether the permissions allow an action: some entry has it in its actions and not in its notActions. `*` stands for anything. */
export function isPermitted(permissions: Permissions, action: string): boolean {
  return permissions.some(
    ({actions, notActions}) =>
      actions.some((one) => matches(one, action)) && !notActions.some((one) => matches(one, action)),
  )
}

function matches(pattern: string, action: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${escaped.join('.*')}$`, 'i').test(action)
}
