import { canonicalJson } from '../../contracts/canonical-json.ts';
import type { Detector } from '../detector.ts';
import { choiceQuote } from '../quotes.ts';
import { Sightings } from '../sightings.ts';

/** One and the same input decided in two ways. */
export const unlikeDecisions: Detector = {
  name: 'unlike-decisions',
  finds: 'one and the same input that is decided in two ways',
  open({ agent }) {
    const inputs = new Map<string, { choice: string; run: string; unlike: boolean }>();
    const sightings = new Sightings();
    return {
      see(reading) {
        const { run, choice } = reading;
        if (!run.input || choice === undefined) return;
        // Trials of two cases may share an input, and two traces do where somebody asks twice.
        const key = canonicalJson(run.input);
        const said = JSON.stringify(choice);
        const known = inputs.get(key);
        if (!known) {
          inputs.set(key, { choice: said, run: run.id, unlike: false });
          return;
        }
        sightings.could(reading);
        if (known.choice === said) return;
        sightings.saw(reading, () => ({
          quotes: [{ from: `${known.run} decided`, text: `${agent.approvalField}: ${known.choice}` }, ...choiceQuote(reading)],
          arithmetic: reading.explained,
        }));
      },
      problems() {
        if (sightings.seen === 0) return [];
        return [
          sightings.problem({
            id: 'unlike-decisions',
            detector: 'unlike-decisions',
            kind: 'inconsistency',
            severity: 'serious',
            what: 'the same input is decided in two ways',
            about: agent.approvalField === undefined ? {} : { field: agent.approvalField },
            cause: 'model',
            because: 'Nothing but the run itself differs.',
          }),
        ];
      },
    };
  },
};
