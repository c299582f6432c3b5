import type { Detector } from '../detector.ts';
import { choiceQuote } from '../quotes.ts';
import type { ToldFigure } from '../run-reading.ts';
import { SightingsOf } from '../sightings.ts';

/** A tool whose result disagrees with the policy, which computes the same figure anew: the tool is wrong, whatever the model makes of it. */
export const toolAgainstPolicy: Detector = {
  name: 'tool-against-policy',
  finds: 'a tool whose result is not what the policy makes it, or what its own description promises',
  open({ agent }) {
    const figures = new SightingsOf<string>();
    const about = new Map<string, ToldFigure>();
    return {
      see(reading) {
        const seen = new Set<string>();
        for (const told of reading.toldFigures) {
          const key = `${told.tool}/${told.words.join('-')}`;
          if (told.right === undefined || seen.has(key)) continue;
          seen.add(key);
          const sightings = figures.of(key);
          sightings.could(reading);
          if (told.right) continue;
          about.set(key, told);
          sightings.saw(reading, () => ({
            quotes: [
              { from: `${told.tool} said`, text: reading.run.calls.find(({ tool }) => tool === told.tool)?.result ?? told.text },
              ...choiceQuote(reading),
            ],
            arithmetic: `${told.tool} gives ${told.label} ${told.text}; the policy has ${told.policy?.label ?? told.label} ${told.policy?.text ?? ''}. ${reading.explained}`,
          }));
        }
      },
      problems() {
        return [...figures].flatMap(([key, sightings]) => {
          const told = about.get(key);
          if (sightings.seen === 0 || !told) return [];
          const tool = agent.tools.find(({ name }) => name === told.tool);
          const { label } = told;
          return [
            sightings.problem({
              id: `tool-against-policy/${key}`,
              detector: 'tool-against-policy',
              kind: 'bug',
              severity: 'critical',
              what: `${told.tool}'s ${label} differs from the policy's ${told.policy?.label ?? label}`,
              about: { tool: told.tool, figure: label },
              cause: 'tool',
              because: tool?.description
                ? `Its description promises "${tool.description}", and its result does not hold that: what the model is told is wrong before it decides.`
                : 'What the model is told is wrong before it decides.',
              ...(tool?.place ? { place: tool.place } : {}),
            }),
          ];
        });
      },
    };
  },
};
