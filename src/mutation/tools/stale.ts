import { resultMutator } from './tool-mutator.ts';

/** A tool says what it said of another input: the first case's. */
export const stale = resultMutator('stale', import.meta.url, ({ name }, { version, inputs }) => [
  {
    what: "always of the first case's input",
    change: (result, { toolInput }) => version.toolVariant.tools.get(name)?.run(toolInput, inputs[0] ?? {}) ?? result,
  },
]);
