const lost = new AbortController();

/** Aborted once whoever read standard output has gone (`| head`). */
export const lostReader: AbortSignal = lost.signal;

/** Says that a write found nobody. */
export function loseReader(): void {
  lost.abort();
}
