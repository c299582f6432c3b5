import type { Mutator } from '../../agent/mutator.ts';

/** Answers are cut short. */
export const smallAnswers: Mutator = {
  name: 'small-answers',
  family: 'model',
  source: import.meta.url,
  plant: ({ version }) =>
    [32, 128]
      .filter((maxTokens) => maxTokens < version.settings.maxTokens)
      .map((maxTokens) => ({ what: `${maxTokens} tokens at most`, version: { ...version, settings: { ...version.settings, maxTokens } } })),
};
