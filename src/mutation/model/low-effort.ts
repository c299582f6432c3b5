import type { Mutator } from '../../agent/mutator.ts';
import { takesEffort } from '../../model/model-abilities.ts';

/** The model is asked to think less. */
export const lowEffort: Mutator = {
  name: 'low-effort',
  family: 'model',
  source: import.meta.url,
  plant: ({ version }) =>
    version.settings.effort === 'low' || !takesEffort(version.model)
      ? []
      : [
          {
            what: `low instead of ${version.settings.effort ?? "the provider's own"}`,
            version: { ...version, settings: { ...version.settings, effort: 'low' } },
          },
        ],
};
