/** Until when this process waits for servers that are out of reach: it is told to end. */
let until = Number.POSITIVE_INFINITY;

/** This process ends: an outage is waited out for so long from now at most, in milliseconds. */
export function waitNoLongerThan(milliseconds: number): void {
  until = Math.min(until, performance.now() + milliseconds);
}

/** True where an outage is not waited out any more. */
export function isEnding(): boolean {
  return performance.now() > until;
}
