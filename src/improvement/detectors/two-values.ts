import { type ContradictedName, contradictedName } from '../../contracts/contradicted-name.ts';
import type { Detector } from '../detector.ts';
import { choiceQuote } from '../quotes.ts';
import { SightingsOf } from '../sightings.ts';

/** A tool whose JSON gives one name two values: which of them the model reads, nobody knows. */
export const twoValues: Detector = {
  name: 'two-values',
  finds: 'a tool whose result gives one name two different values',
  open({ agent }) {
    const tools = new SightingsOf<string>();
    const about = new Map<string, ContradictedName>();
    return {
      see(reading) {
        const seen = new Set<string>();
        for (const { tool, result, isError } of reading.run.calls) {
          if (isError || seen.has(tool)) continue;
          tools.of(tool).could(reading);
          const found = /^\s*[[{]/.test(result) ? contradictedName(result) : undefined;
          if (!found) continue;
          seen.add(tool);
          if (!about.has(tool)) about.set(tool, found);
          tools.of(tool).saw(reading, () => ({
            quotes: [{ from: `${tool} said`, text: result }, ...choiceQuote(reading)],
            arithmetic: `${found.path} is ${JSON.stringify(found.values[0])} and ${JSON.stringify(found.values[1])} in one object.`,
          }));
        }
      },
      problems() {
        return [...tools].flatMap(([tool, sightings]) => {
          const found = about.get(tool);
          if (!found) return [];
          const place = agent.tools.find(({ name }) => name === tool)?.place;
          return [
            sightings.problem({
              id: `two-values/${tool}`,
              detector: 'two-values',
              kind: 'bug',
              severity: 'serious',
              what: `${tool} gives ${found.path} two different values in one result`,
              about: { tool, figure: found.path },
              cause: 'tool',
              because: 'A reader of JSON keeps the last of them, a model may take either.',
              ...(place ? { place } : {}),
            }),
          ];
        });
      },
    };
  },
};
