/** Codes that a reader should see before all others: what is not there at all, then what was decided wrongly. */
const first = ['missing-field', 'false-approval', 'false-denial', 'wrong-decision'];

/** Place of a finding among others, from 0; all that have no place of their own share the last. */
export function rankOfFinding(code: string): number {
  const place = first.indexOf(code);
  return place < 0 ? first.length : place;
}
