import type { Detector } from '../detector.ts';
import { choiceQuote } from '../quotes.ts';
import { Sightings } from '../sightings.ts';

/** Reasoning that appeals to a rule which nobody gave. */
export const inventedRule: Detector = {
  name: 'invented-rule',
  finds: 'reasoning that appeals to a rule which neither prompt, tools, input nor policy have',
  open(of) {
    const sightings = new Sightings();
    const rule = of.rule(({ topics }) => topics.noOther);
    return {
      see(reading) {
        if (reading.words === '' || !reading.hasSources) return;
        sightings.could(reading);
        const [first] = reading.invented;
        if (!first) return;
        sightings.saw(reading, () => ({
          quotes: [{ from: 'it reasoned', text: first.sentence }, ...choiceQuote(reading)],
          arithmetic: `${first.number === '' ? 'The rule' : `"${first.number}"`} stands neither in the prompt, nor in what tools said, nor in the input, nor in the policy. ${reading.explained}`,
        }));
      },
      problems() {
        if (sightings.seen === 0) return [];
        return [
          sightings.problem({
            id: 'invented-rule',
            detector: 'invented-rule',
            kind: 'bug',
            severity: 'serious',
            what: 'decides by a rule that nobody gave it',
            about: rule ? { rule: rule.text } : {},
            cause: rule ? 'model' : 'prompt',
            because: rule
              ? `The prompt says "${rule.text}", and it was not kept.`
              : 'No rule of the prompt says that nothing else decides.',
            ...of.placeOf(rule),
          }),
        ];
      },
    };
  },
};
