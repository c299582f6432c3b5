import type { Mutator } from '../../agent/mutator.ts';

const weaker = 'claude-haiku-4-5';

/** A smaller model answers. */
export const weakerModel: Mutator = {
  name: 'weaker-model',
  family: 'model',
  source: import.meta.url,
  plant: ({ version }) => (version.model === weaker ? [] : [{ what: weaker, version: { ...version, model: weaker } }]),
};
