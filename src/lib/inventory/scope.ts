/** A downtime names tags: a `*` by itself, whatever is added to it, is everything. */
export const NAMES_TAGS = /^(?!(?:.*[\s(!-])?\*(?:[\s)]|$)).*[^*\s]/
