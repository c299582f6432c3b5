import type { Mutator } from '../../agent/mutator.ts';
import { changedAnswer } from './changed-answer.ts';

/** The model refuses. */
export const refusal: Mutator = {
  name: 'refusal',
  family: 'model',
  source: import.meta.url,
  plant: () => [
    {
      what: 'every time',
      model: (model) => changedAnswer(model, (answer) => ({ ...answer, content: [], stop_reason: 'refusal' })),
    },
  ],
};
