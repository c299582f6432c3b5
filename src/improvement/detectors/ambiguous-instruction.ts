import type { Detector } from '../detector.ts';
import { fieldQuote } from '../quotes.ts';
import { SightingsOf } from '../sightings.ts';

/** Runs of each reading that it takes: one alone is a slip. */
const least = 2;

/** An instruction that is read in two ways, both taken with a source in hand: nobody guessed, they understood different things. */
export const ambiguousInstruction: Detector = {
  name: 'ambiguous-instruction',
  finds: 'a field whose instruction leaves two readings, both of which were taken',
  open(of) {
    const { agent } = of;
    const fields = new SightingsOf<string>();
    return {
      see(reading) {
        for (const { field, method, kind, right, value } of reading.methods) {
          if (right === undefined || (kind !== 'policy' && kind !== 'source')) continue;
          const sightings = fields.of(field);
          sightings.could(reading);
          sightings.by(method, () => `${reading.run.id}: ${JSON.stringify(value)}`);
          if (kind === 'source') sightings.saw(reading, () => ({ quotes: [fieldQuote(field, value)], arithmetic: `Read as ${method}.` }));
        }
      },
      problems() {
        return [...fields].flatMap(([field, sightings]) => {
          const [first, second] = sightings.methods().filter(({ runs }) => runs >= least);
          if (!first || !second || sightings.seen === 0) return [];
          const rule = of.ruleOn(field);
          const declared = agent.fields.find(({ name }) => name === field);
          const says = rule?.text ?? (declared?.description || `${field}: ${declared?.type ?? 'number'}, without a word`);
          return [
            sightings.problem({
              id: `ambiguous-instruction/${field}`,
              detector: 'ambiguous-instruction',
              kind: 'inconsistency',
              severity: 'minor',
              what: `"${says}" is read in two ways: ${first.method} (${first.runs}) and ${second.method} (${second.runs})`,
              about: { field, ...(rule ? { rule: rule.text } : {}) },
              cause: rule ? 'prompt' : 'schema',
              because: rule ? 'The rule leaves both readings.' : `Nothing but its name says what ${field} is.`,
              ...(rule ? of.placeOf(rule) : declared?.place ? { place: declared.place } : of.placeOf()),
            }),
          ];
        });
      },
    };
  },
};
