import { expect, type TestAPI } from 'vitest';

/**
 * A `test` that every suite file has for itself. What `test.override` says at the top of a file is otherwise said to all files that share
 * the worker's modules (`isolate: false`): a suite that asks for the stand-in would make the others simulated as well, and green.
 * @param shared never overridden itself
 */
export function inEachFile<Fixtures>(shared: TestAPI<Fixtures>): TestAPI<Fixtures> {
  const ofFiles = new Map<string, TestAPI<Fixtures>>();
  const ofThisFile = (): TestAPI<Fixtures> => {
    const file = expect.getState().testPath ?? '';
    const own = ofFiles.get(file) ?? (shared.extend({}) as TestAPI<Fixtures>);
    ofFiles.set(file, own);
    return own;
  };
  return new Proxy((() => {}) as unknown as TestAPI<Fixtures>, {
    apply: (_, self, words) => Reflect.apply(ofThisFile(), self, words),
    get(_, property) {
      const own = ofThisFile();
      // What is made of it stands in one module as well.
      if (property === 'extend') return (...words: Parameters<typeof own.extend>) => inEachFile(own.extend(...words));
      return Reflect.get(own, property);
    },
  });
}
