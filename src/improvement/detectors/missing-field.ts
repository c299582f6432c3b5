import type { Detector } from '../detector.ts';
import { fieldQuote } from '../quotes.ts';
import { SightingsOf } from '../sightings.ts';
import { flat, valueAt } from '../value-paths.ts';

/** A field that the policy fixes or the schema declares, and that decisions leave out, or leave empty. */
export const missingField: Detector = {
  name: 'missing-field',
  finds: 'a field that the policy fixes or the schema declares, and that a decision leaves out or leaves empty',
  open({ agent }) {
    const fields = new SightingsOf<string>();
    const fixed = new Set<string>();
    return {
      see(reading) {
        const { decision } = reading.run;
        if (!decision) return;
        const wanted = Object.keys(flat(reading.expected ?? {}));
        for (const name of wanted) fixed.add(name);
        for (const name of new Set([...wanted, ...agent.fields.map((field) => field.name)])) {
          // Of a field within one that may be null nothing is missing.
          if (name.includes('.') && valueAt(decision, name.split('.').slice(0, -1).join('.')) === null) continue;
          const value = valueAt(decision, name);
          const sightings = fields.of(name);
          sightings.could(reading);
          const isEmpty = typeof value === 'string' && value.trim() === '';
          if (value !== undefined && !isEmpty) continue;
          sightings.saw(reading, () => ({
            quotes: [{ from: 'it decided', text: JSON.stringify(decision) }, ...(isEmpty ? [fieldQuote(name, value)] : [])],
          }));
        }
      },
      problems() {
        return [...fields].flatMap(([name, sightings]) => {
          if (sightings.seen === 0) return [];
          const declared = agent.fields.find((field) => field.name === name);
          return [
            sightings.problem({
              id: `missing-field/${name}`,
              detector: 'missing-field',
              kind: 'bug',
              severity: name === agent.approvalField ? 'critical' : 'serious',
              what: `decisions leave out ${name}, or leave it empty`,
              about: { field: name },
              cause: declared ? 'model' : 'schema',
              because: declared
                ? 'The schema declares it, and lets it be left out or empty.'
                : `The policy fixes ${name}, and the schema of the decision has no such field.`,
              ...(declared?.place ? { place: declared.place } : {}),
            }),
          ];
        });
      },
    };
  },
};
