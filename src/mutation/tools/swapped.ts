import { valueMutator } from './value-faults.ts';
import { amountOf, printedLike } from './values.ts';

/** A number stands where the next one of the same kind belongs. */
export const swapped = valueMutator('swapped', import.meta.url, (value, all, index) => {
  const kind = (text: string) => `${text.includes('$')} ${text.endsWith('%')}`;
  const next = all.slice(index + 1).find(({ text }) => kind(text) === kind(value.text));
  return next && printedLike(value, amountOf(next));
});
