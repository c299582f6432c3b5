import type { Mutator } from '../../agent/mutator.ts';
import { type ResultFault, resultMutator } from './tool-mutator.ts';
import { type PrintedValue, valuesIn, withValue } from './values.ts';

/** A mutator that prints each number of each tool otherwise, one at a time. A result that has no such number stays as it is. */
export function valueMutator(
  name: string,
  source: string,
  print: (value: PrintedValue, all: readonly PrintedValue[], index: number) => string | undefined,
): Mutator {
  return resultMutator(name, source, ({ result }) =>
    valuesIn(result).flatMap((value, index, all): ResultFault[] =>
      (print(value, all, index) ?? value.text) === value.text
        ? []
        : [
            {
              what: `"${value.label}" (number ${index + 1})`,
              change(said) {
                const values = valuesIn(said);
                const found = values[index];
                return found ? withValue(said, found, print(found, values, index) ?? found.text) : said;
              },
            },
          ],
    ),
  );
}
