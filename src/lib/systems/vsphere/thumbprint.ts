export interface Fingerprints {
  /** SHA-1, `AB:CD:…` */
  fingerprint: string
  /** SHA-256, `AB:CD:…` */
  fingerprint256: string
}

/** Whether a certificate is the one that was pinned. A pin that is neither SHA-1 nor SHA-256 fits nothing. */
export function fits(pin: string, {fingerprint, fingerprint256}: Fingerprints): boolean {
  const wanted = digits(pin)
  if (wanted.length === 40) return digits(fingerprint) === wanted
  return wanted.length === 64 && digits(fingerprint256) === wanted
}

function digits(text: string): string {
  return text.replaceAll(':', '').toUpperCase()
}
