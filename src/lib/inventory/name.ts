import {z} from 'zod'

/** Names of targets and instances: they appear in commands, lock paths and journals. */
export const name = z
  .string()
  .regex(/^[A-Za-z0-9_.-]+$/, {error: 'a name has only letters, digits, "_", "." and "-"'})
