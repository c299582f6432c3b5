import type { Detector } from '../detector.ts';
import { choiceQuote } from '../quotes.ts';
import { Sightings } from '../sightings.ts';

/** Structured output against its own reasoning. */
export const againstReasoning: Detector = {
  name: 'against-reasoning',
  finds: 'a decision whose own words say otherwise: the other verdict, a border that is crossed, another figure',
  open(of) {
    const sightings = new Sightings();
    const rule = of.rule(({ topics }) => topics.agreement);
    return {
      see(reading) {
        if (reading.words === '') return;
        sightings.could(reading);
        const [first] = reading.against;
        if (!first) return;
        sightings.saw(reading, () => ({
          quotes: [{ from: 'it reasoned', text: first.sentence }, ...choiceQuote(reading)],
          arithmetic: `${first.why}. ${reading.explained}`,
        }));
      },
      problems() {
        if (sightings.seen === 0) return [];
        return [
          sightings.problem({
            id: 'against-reasoning',
            detector: 'against-reasoning',
            kind: 'bug',
            severity: 'critical',
            what: 'the structured decision says something else than its own reasoning',
            about: {
              ...(of.agent.approvalField === undefined ? {} : { field: of.agent.approvalField }),
              ...(rule ? { rule: rule.text } : {}),
            },
            cause: rule ? 'model' : 'prompt',
            because: rule
              ? `The prompt says "${rule.text}", and it was not kept.`
              : 'No rule of the prompt asks that the reasoning agree with the fields.',
            ...of.placeOf(rule),
          }),
        ];
      },
    };
  },
};
