import type { Mutator } from '../../agent/mutator.ts';

/** The model is asked once only. */
export const oneTurn: Mutator = {
  name: 'one-turn',
  family: 'model',
  source: import.meta.url,
  plant: ({ version }) =>
    version.settings.maxTurns === 1
      ? []
      : [{ what: 'one model call', version: { ...version, settings: { ...version.settings, maxTurns: 1 } } }],
};
