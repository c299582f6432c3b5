import { valueMutator } from './value-faults.ts';

/** A number is missing. */
export const leftOut = valueMutator('left-out', import.meta.url, () => 'n/a');
