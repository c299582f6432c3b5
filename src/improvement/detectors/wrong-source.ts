import type { Detector } from '../detector.ts';
import { fieldQuote, scorerQuotes, toolQuotes } from '../quotes.ts';
import { Sightings, SightingsOf } from '../sightings.ts';

/** Runs with different inputs that it takes for a copy not to be a coincidence. */
const least = 2;

/** A field that is wrong because it was copied from the wrong place: another tool's figure, or a field of the input. */
export const wrongSource: Detector = {
  name: 'wrong-source',
  finds: 'a field of the decision that was copied from the wrong place: another figure of a tool, or a field of the input',
  open(of) {
    const { agent } = of;
    const judged = new SightingsOf<string>();
    const copied = new Map<
      string,
      { readonly field: string; readonly method: string; readonly sightings: Sightings; readonly values: Set<unknown> }
    >();
    return {
      see(reading) {
        for (const { field, method, kind, right, value, expected } of reading.methods) {
          if (right === undefined) continue;
          judged.of(field).could(reading);
          if (right || kind !== 'source') continue;
          const key = `${field}/${method}`;
          const known = copied.get(key) ?? { field, method, sightings: new Sightings(), values: new Set() };
          copied.set(key, known);
          if (known.values.size < least) known.values.add(value);
          known.sightings.saw(reading, () => ({
            quotes: [fieldQuote(field, value), ...toolQuotes(reading), ...scorerQuotes(reading, field)],
            arithmetic: `${field} is ${method}, ${JSON.stringify(value)}; the policy makes it ${JSON.stringify(expected)}. ${reading.explained}`,
          }));
        }
      },
      problems() {
        return [...copied.values()]
          .filter(({ values }) => values.size >= least)
          .map(({ field, method, sightings }) => {
            const rule = of.ruleOn(field);
            const declared = agent.fields.find(({ name }) => name === field);
            return sightings.problem(
              {
                id: `wrong-source/${field}/${slug(method)}`,
                detector: 'wrong-source',
                kind: 'bug',
                severity: 'serious',
                what: `${field} is copied from ${method}`,
                about: { field, ...(rule ? { rule: rule.text } : {}) },
                cause: rule ? 'model' : 'prompt',
                because: rule
                  ? `The prompt says "${rule.text}", and the model took it from elsewhere.`
                  : declared?.description
                    ? `No rule of the prompt says where ${field} comes from; the schema says only "${declared.description}".`
                    : `No rule of the prompt says where ${field} comes from, and the schema describes it by no word.`,
                ...(rule ? of.placeOf(rule) : declared?.place ? { place: declared.place } : of.placeOf()),
              },
              judged.of(field),
            );
          });
      },
    };
  },
};

/** A name that can stand in an id. */
export function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
}
