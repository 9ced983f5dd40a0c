/**
 * The candidate a person most likely meant, or nothing when none is near: other case, a start of one, or few typing
 * errors. Equal inputs give equal answers, whatever the order of the candidates.
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  return suggestions(word, candidates, 1)[0]
}

/** The nearest candidates, nearest first. */
export function suggestions(word: string, candidates: Iterable<string>, most = 3): string[] {
  const wanted = word.toLowerCase()
  return [...new Set(candidates)]
    .map((candidate) => ({candidate, distance: distanceTo(wanted, candidate.toLowerCase())}))
    .filter(({distance}) => distance <= tolerance(wanted))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, most)
    .map(({candidate}) => candidate)
}

function tolerance(word: string): number {
  return Math.min(3, Math.max(1, Math.floor(word.length / 3)))
}

/** A start of three letters or more counts as one typing error. */
function distanceTo(word: string, candidate: string): number {
  if (word.length >= 3 && candidate.startsWith(word)) return word === candidate ? 0 : 1
  if (Math.abs(word.length - candidate.length) > tolerance(word)) return Number.POSITIVE_INFINITY
  return editDistance(word, candidate)
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({length: b.length + 1}, (_, at) => at)
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1]
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      current[column] = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    before = above
    above = current
  }
  return above[b.length] ?? 0
}
