import { resultMutator } from './tool-mutator.ts';

/** A tool ends in an error. */
export const fails = resultMutator('tool-error', import.meta.url, () => [
  {
    what: '',
    change() {
      throw new Error('internal error');
    },
  },
]);
