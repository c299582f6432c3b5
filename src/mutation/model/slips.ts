import type { Mutator } from '../../agent/mutator.ts';
import { simulatedModel } from '../../model/simulated.ts';

/** The simulated model answers wrongly now and then, as its author says how. */
export const slips: Mutator = {
  name: 'slips',
  family: 'model',
  source: import.meta.url,
  plant({ agent: { simulator } }) {
    if (!simulator) return [];
    return [1, 0.5, 0.2].map((slipRate) => ({
      what: `in ${slipRate * 100} % of trials`,
      model: () => simulatedModel(simulator, { slipRate }),
    }));
  },
};
