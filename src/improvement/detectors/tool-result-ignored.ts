import type { Detector } from '../detector.ts';
import { mayMean, says, within, wordsOf } from '../labelled-figures.ts';
import { fieldQuote, toolQuotes } from '../quotes.ts';
import { SightingsOf } from '../sightings.ts';
import { valueAt } from '../value-paths.ts';

/** A tool gave the very figure that a field asks for, and the decision has another. */
export const toolResultIgnored: Detector = {
  name: 'tool-result-ignored',
  finds: 'a figure that a tool gave under the name of a field, and that the decision does not have',
  open(of) {
    const { agent } = of;
    const fields = new SightingsOf<string>();
    const tools = new Map<string, string>();
    return {
      see(reading) {
        const { decision } = reading.run;
        if (!decision) return;
        for (const { name } of agent.fields) {
          const value = valueAt(decision, name);
          const words = wordsOf(name);
          if (typeof value !== 'number' || words.length < 2) continue;
          const told = reading.toldFigures.filter(
            (figure) => typeof figure.value === 'number' && within(words, figure.words) && mayMean(figure.words, words),
          );
          const [first] = told;
          // What the tool has wrong is the tool's fault.
          if (!first || told.some(({ right }) => right === false)) continue;
          const sightings = fields.of(name);
          sightings.could(reading);
          tools.set(name, first.tool);
          if (told.some((figure) => says(figure, value) || Math.abs(Number(figure.value) - value) <= figure.step)) continue;
          sightings.saw(reading, () => ({
            quotes: [...toolQuotes(reading), fieldQuote(name, value)],
            arithmetic: `${first.tool} gave ${first.label} ${first.text.trim()}, and ${name} is ${value}.`,
          }));
        }
      },
      problems() {
        return [...fields].flatMap(([field, sightings]) => {
          if (sightings.seen === 0) return [];
          const rule = of.ruleOn(field);
          return [
            sightings.problem({
              id: `tool-result-ignored/${field}`,
              detector: 'tool-result-ignored',
              kind: 'bug',
              severity: 'serious',
              what: `${tools.get(field) ?? 'a tool'} gives ${field}, and the decision has another figure`,
              about: { field, ...(tools.has(field) ? { tool: tools.get(field) as string } : {}), ...(rule ? { rule: rule.text } : {}) },
              cause: rule ? 'model' : 'prompt',
              because: rule ? `The prompt says "${rule.text}".` : `No rule of the prompt says that ${field} comes from the tool.`,
              ...of.placeOf(rule),
            }),
          ];
        });
      },
    };
  },
};
