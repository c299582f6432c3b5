import type { Detector } from '../detector.ts';
import { choiceQuote } from '../quotes.ts';
import { SightingsOf } from '../sightings.ts';

/** A tool that fails, or says nothing, and a run that decides all the same. */
export const failedTool: Detector = {
  name: 'failed-tool',
  finds: 'a tool that fails or gives nothing, while the run decides all the same',
  open({ agent }) {
    const tools = new SightingsOf<string>();
    return {
      see(reading) {
        const seen = new Set<string>();
        for (const { tool, isError, result } of reading.run.calls) {
          if (seen.has(tool)) continue;
          seen.add(tool);
          tools.of(tool).could(reading);
          const isEmpty = result.trim() === '' || result === 'null';
          if (!isError && !isEmpty) continue;
          tools.of(tool).saw(reading, () => ({
            quotes: [{ from: `${tool} ${isError ? 'failed' : 'gave nothing'}`, text: result }, ...choiceQuote(reading)],
          }));
        }
      },
      problems() {
        return [...tools].flatMap(([tool, sightings]) => {
          if (sightings.seen === 0) return [];
          const place = agent.tools.find(({ name }) => name === tool)?.place;
          return [
            sightings.problem({
              id: `failed-tool/${tool}`,
              detector: 'failed-tool',
              kind: 'bug',
              severity: 'serious',
              what: `${tool} fails or gives nothing`,
              about: { tool },
              cause: 'tool',
              because: 'What the model needed was not there.',
              ...(place ? { place } : {}),
            }),
          ];
        });
      },
    };
  },
};
