/** Between two probes: the client itself waits for as long as Azure says before it asks anything again. */
export const PACED_MS = 50
