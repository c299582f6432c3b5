import type { Detector } from '../detector.ts';
import { Sightings } from '../sightings.ts';

/** Numbers in the reasoning that come from nowhere: arithmetic of the model's own. */
export const untracedNumber: Detector = {
  name: 'untraced-number',
  finds: 'a number in the reasoning that no tool, input, prompt or policy gave, and that no two given ones make',
  open(of) {
    const sightings = new Sightings();
    return {
      see(reading) {
        if (reading.words === '' || reading.run.input === undefined || !reading.hasSources) return;
        sightings.could(reading);
        const [first] = reading.untraced;
        if (!first) return;
        sightings.saw(reading, () => ({
          quotes: [{ from: 'it reasoned', text: first.sentence }],
          arithmetic: `"${first.text}" comes from nowhere. ${reading.explained}`,
        }));
      },
      problems() {
        if (sightings.seen === 0) return [];
        return [
          sightings.problem({
            id: 'untraced-number',
            detector: 'untraced-number',
            kind: 'bug',
            severity: 'serious',
            what: 'reasons with numbers of its own making',
            about: {},
            cause: 'model',
            because: 'It did arithmetic that a tool should do, or remembered a figure that nobody gave.',
            ...of.placeOf(),
          }),
        ];
      },
    };
  },
};
