import type { Detector } from '../detector.ts';
import { choiceQuote, toolQuotes } from '../quotes.ts';
import { Sightings } from '../sightings.ts';

/** Decides otherwise than the policy; told apart by what led there: a tool that misled it, a rule that it was not given, or one that it did not keep. */
export const againstPolicy: Detector = {
  name: 'against-policy',
  finds: 'a decision that the policy does not make, with what led to it: a wrong tool, a missing rule, or a rule not kept',
  open(of) {
    const { agent } = of;
    const field = agent.approvalField ?? 'decision';
    const rule = of.ruleOn(field);
    const all = new Sightings();
    const kinds = new Map<string, { readonly sightings: Sightings; readonly harm: boolean; misled: number; readonly by: Set<string> }>();
    return {
      see(reading) {
        const { choice, expectedChoice, choiceIsWrong } = reading;
        if (choiceIsWrong === undefined) return;
        all.could(reading);
        if (!choiceIsWrong) return;
        const key = `${JSON.stringify(choice)} for ${JSON.stringify(expectedChoice)}`;
        const kind = kinds.get(key) ?? {
          sightings: new Sightings(),
          harm: agent.isHarm(expectedChoice, choice),
          misled: 0,
          by: new Set<string>(),
        };
        kinds.set(key, kind);
        const wrong = reading.toldFigures.filter(({ right }) => right === false);
        if (wrong.length > 0) kind.misled += 1;
        for (const { tool } of wrong) kind.by.add(tool);
        kind.sightings.saw(reading, () => ({
          quotes: [
            ...toolQuotes(reading),
            ...choiceQuote(reading),
            ...reading.sentences.slice(0, 1).map((text) => ({ from: 'it reasoned', text })),
          ],
          arithmetic: reading.explained || `The policy decides ${JSON.stringify(expectedChoice)}.`,
        }));
      },
      problems() {
        return [...kinds].map(([key, { sightings, harm, misled, by }]) => {
          const isMisled = misled * 2 > sightings.seen;
          const place = agent.tools.find((tool) => by.has(tool.name) && tool.place)?.place;
          return sightings.problem(
            {
              id: `against-policy/${field}/${key.replaceAll('"', '').replaceAll(' ', '-')}`,
              detector: 'against-policy',
              kind: 'bug',
              severity: harm ? 'critical' : 'serious',
              what: `decides ${field} ${key.replace(' for ', ' where the policy decides ')}`,
              about: { field, ...(rule ? { rule: rule.text } : {}) },
              cause: isMisled ? 'tool' : rule ? 'model' : 'prompt',
              because: isMisled
                ? 'In most of these runs a tool gave a wrong figure, and the decision follows from it.'
                : rule
                  ? `The prompt says "${rule.text}", and the model did not keep to it with the right figures in hand.`
                  : 'The tools were right, and no rule of the prompt says when to decide which way.',
              ...(isMisled ? (place ? { place } : {}) : of.placeOf(rule)),
            },
            all,
          );
        });
      },
    };
  },
};
