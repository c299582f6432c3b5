import { valueMutator } from './value-faults.ts';
import { amountOf, printedLike } from './values.ts';

/** A percentage is a share, an amount of money is in cents, another number in thousands; the words around it stay. */
export const unit = valueMutator('unit', import.meta.url, (value) => {
  if (value.text.endsWith('%')) return String(Number((amountOf(value) / 100).toPrecision(6)));
  return value.text.includes('$') ? printedLike(value, amountOf(value) * 100) : String(Number((amountOf(value) / 1000).toPrecision(6)));
});
