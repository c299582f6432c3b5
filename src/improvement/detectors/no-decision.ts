import type { Detector } from '../detector.ts';
import { toolQuotes } from '../quotes.ts';
import { Sightings } from '../sightings.ts';

/** A run that comes to no decision: refused, cut off, out of turns, or not in the form that was asked for. */
export const noDecision: Detector = {
  name: 'no-decision',
  finds: 'a run that comes to no decision: refused, cut off, out of turns, or not as the schema wants it',
  open() {
    const sightings = new Sightings();
    return {
      see(reading) {
        const { run } = reading;
        sightings.could(reading);
        if (run.decision) return;
        sightings.saw(reading, () => ({ quotes: [{ from: 'it ended', text: run.ended }, ...toolQuotes(reading)] }));
      },
      problems() {
        if (sightings.seen === 0) return [];
        return [
          sightings.problem({
            id: 'no-decision',
            detector: 'no-decision',
            kind: 'bug',
            severity: 'serious',
            what: 'comes to no decision',
            about: {},
            cause: 'flow',
            because: 'Nothing that could be used came of it: look at how these runs ended, and at turns and tokens that they may take.',
          }),
        ];
      },
    };
  },
};
