import type { ModelMode } from '../../contracts/model-mode.ts';

/** Who answers, in a line, when it is no live model. */
export const modeNotes: Readonly<Record<Exclude<ModelMode, 'live'>, string>> = {
  simulated: 'simulated model: an offline stand-in answers, not a language model.',
  recorded: 'recorded model: stored answers are replayed, no model is called.',
};
