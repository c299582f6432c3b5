import type { Mutator } from '../../agent/mutator.ts';
import { changedAnswer } from './changed-answer.ts';

/** The model talks too much: fifty times the tokens. */
export const dear: Mutator = {
  name: 'dear',
  family: 'model',
  source: import.meta.url,
  plant: () => [
    {
      what: 'fifty times the tokens',
      model: (model) =>
        changedAnswer(model, (answer) => ({
          ...answer,
          usage: { ...answer.usage, input_tokens: answer.usage.input_tokens * 50, output_tokens: answer.usage.output_tokens * 50 },
        })),
    },
  ],
};
