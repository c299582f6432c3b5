import { resultMutator } from './tool-mutator.ts';

/** A tool says nothing. */
export const empty = resultMutator('empty-result', import.meta.url, () => [{ what: '', change: () => '' }]);
