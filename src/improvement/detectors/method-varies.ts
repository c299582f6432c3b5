import type { Detector } from '../detector.ts';
import { fieldQuote, scorerQuotes } from '../quotes.ts';
import { SightingsOf } from '../sightings.ts';

/** A field that is arrived at in several ways: right here, copied there, guessed elsewhere. */
export const methodVaries: Detector = {
  name: 'method-varies',
  finds: 'a field of the decision that is arrived at by several methods, with how often by which',
  open(of) {
    const { agent } = of;
    const fields = new SightingsOf<string>();
    return {
      see(reading) {
        for (const { field, method, right, value, expected } of reading.methods) {
          if (right === undefined) continue;
          const sightings = fields.of(field);
          sightings.could(reading);
          const [scorer] = scorerQuotes(reading, field);
          sightings.by(method, () => `${reading.run.id}: ${JSON.stringify(value)}${scorer ? ` (${scorer.text})` : ''}`);
          if (right) continue;
          sightings.saw(reading, () => ({
            quotes: [fieldQuote(field, value), ...(scorer ? [scorer] : [])],
            arithmetic: `${field} by ${method}: ${JSON.stringify(value)}; the policy makes it ${JSON.stringify(expected)}.`,
          }));
        }
      },
      problems() {
        return [...fields].flatMap(([field, sightings]) => {
          const ways = sightings.methods();
          if (sightings.seen === 0 || ways.length < 2) return [];
          const rule = of.ruleOn(field);
          const declared = agent.fields.find(({ name }) => name === field);
          const isGuessed = ways.some(({ method }) => method.includes('nothing gives'));
          return [
            sightings.problem({
              id: `method-varies/${field}`,
              detector: 'method-varies',
              kind: 'inconsistency',
              severity: 'serious',
              what: `${field} is arrived at in ${ways.length} ways`,
              about: { field, ...(rule ? { rule: rule.text } : {}) },
              cause: rule ? 'model' : 'prompt',
              because: rule
                ? `The prompt says "${rule.text}", and it was not always done so.`
                : isGuessed
                  ? `No rule of the prompt fixes ${field} and no tool gives it where it is guessed.`
                  : `No rule of the prompt fixes ${field}.`,
              ...(rule ? of.placeOf(rule) : declared?.place ? { place: declared.place } : of.placeOf()),
            }),
          ];
        });
      },
    };
  },
};
