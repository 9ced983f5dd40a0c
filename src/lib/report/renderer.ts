import type {Event} from '../engine/event.js'

/** Shows the events of a run on stderr. */
export interface Renderer {
  emit(event: Event): void
  /** Writes what is still held back and leaves the terminal as it was. May be called more than once. */
  close(): void
  /** Makes room for a prompt: the pinned area goes, the cursor shows, new lines wait until `resume`. */
  pause?(): void
  resume?(): void
}

/** Where a renderer writes. */
export interface Screen {
  write(text: string): void
  /** Cells; 0 when unknown. */
  columns(): number
  rows(): number
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls back after the size has changed; returns how to stop that. */
  onResize?(changed: () => void): () => void
  colour: boolean
  /** What Ctrl-C does, where it is not what it does to the run. */
  hint?: string
}
