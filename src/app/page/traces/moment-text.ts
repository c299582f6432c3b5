/** A moment as lists show it, in UTC as everywhere in Docket. */
export function momentText(milliseconds: number | null): string {
  const date = new Date(milliseconds ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? 'no time told' : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
