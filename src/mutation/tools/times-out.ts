import { resultMutator } from './tool-mutator.ts';

/** A tool's answer does not come in time; nobody waits for it here. */
export const timesOut = resultMutator('tool-timeout', import.meta.url, () => [
  {
    what: '',
    change() {
      throw new Error('timed out after 30 s');
    },
  },
]);
