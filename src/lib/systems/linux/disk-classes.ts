/** Classes of files that may go, safest first. */
export const CLASSES = ['journal', 'apt', 'logs-rotated', 'core', 'tmp'] as const
export type Class = (typeof CLASSES)[number]
