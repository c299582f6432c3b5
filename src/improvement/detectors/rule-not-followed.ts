import type { Detector } from '../detector.ts';
import { mayMean, says, wordsOf } from '../labelled-figures.ts';
import type { PromptRule } from '../prompt-rules.ts';
import { choiceQuote, fieldQuote, type Quote, toolQuotes } from '../quotes.ts';
import type { RunReading } from '../run-reading.ts';
import { Sightings } from '../sightings.ts';
import { valueAt } from '../value-paths.ts';
import { slug } from './wrong-source.ts';

/** A rule of the prompt that was not followed, with its text. */
export const ruleNotFollowed: Detector = {
  name: 'rule-not-followed',
  finds: 'a rule of the prompt that a run does not keep, with the text of the rule',
  open(of) {
    const watched = of.rules.map((rule) => ({ rule, sightings: new Sightings() }));
    // Where no run tells of any call, the recording may leave them out.
    let tellsCalls = false;
    return {
      see(reading) {
        if (reading.run.calls.length > 0) tellsCalls = true;
        for (const { rule, sightings } of watched) {
          const kept = breachOf(rule, reading);
          if (kept === undefined) continue;
          sightings.could(reading);
          if (kept !== 'kept') sightings.saw(reading, () => ({ quotes: kept.quotes, arithmetic: kept.why }));
        }
      },
      problems() {
        return watched
          .filter(({ rule, sightings }) => sightings.seen > 0 && (tellsCalls || rule.topics.calls.length === 0))
          .map(({ rule, sightings }) =>
            sightings.problem({
              id: `rule-not-followed/${slug(rule.text)}`,
              detector: 'rule-not-followed',
              kind: 'bug',
              severity: rule.topics.verdict ? 'critical' : 'serious',
              what: `a rule of the prompt is not kept: "${rule.text}"`,
              about: { rule: rule.text, ...(rule.topics.fields[0] ? { field: rule.topics.fields[0].field } : {}) },
              cause: 'model',
              because: 'The rule stands in the prompt, and what it needs was there.',
              ...of.placeOf(rule),
            }),
          );
      },
    };
  },
};

type Breach = { readonly why: string; readonly quotes: readonly Quote[] };

/** What breaks the rule; undefined where the run cannot be held against it. */
function breachOf({ topics }: PromptRule, reading: RunReading): Breach | 'kept' | undefined {
  const { run, agent } = reading;
  if (topics.calls.length > 0) {
    if (!run.decision) return undefined;
    const missing = topics.calls.filter((tool) => !run.calls.some((call) => call.tool === tool));
    return missing.length === 0 ? 'kept' : { why: `${missing.join(', ')} was not called.`, quotes: choiceQuote(reading) };
  }
  for (const { field, tools } of topics.fields) {
    const value = run.decision && valueAt(run.decision, field);
    if (typeof value !== 'number') continue;
    if (tools.length > 0) {
      const told = reading.toldFigures.filter((figure) => tools.includes(figure.tool) && typeof figure.value === 'number');
      const called = run.calls.some(({ tool }) => tools.includes(tool));
      if (!called) return { why: `${field} is ${value}, and ${tools.join(', ')} was not called.`, quotes: [fieldQuote(field, value)] };
      if (told.length === 0) continue;
      const named = told.filter(({ words }) => mayMean(words, wordsOf(field)) || words.some((word) => wordsOf(field).includes(word)));
      const among = named.length > 0 ? named : told;
      if (among.some((figure) => says(figure, value) || Math.abs(Number(figure.value) - value) <= figure.step)) return 'kept';
      return {
        why: `${field} is ${value}; ${among.map(({ tool, label, text }) => `${tool} gave ${label} ${text.trim()}`).join(', ')}.`,
        quotes: [fieldQuote(field, value), ...toolQuotes(reading)],
      };
    }
    const method = reading.methods.find((each) => each.field === field);
    if (method?.right === false && reading.toldFigures.every(({ right }) => right !== false))
      return {
        why: `${field} is ${value}, ${method.method}; the policy makes it ${JSON.stringify(method.expected)}.`,
        quotes: [fieldQuote(field, value)],
      };
    if (method?.right) return 'kept';
  }
  if (topics.agreement)
    return reading.words === '' ? undefined : reading.against[0] ? breach(reading.against[0].why, reading.against[0].sentence) : 'kept';
  if (topics.noOther)
    return reading.words === '' || !reading.hasSources
      ? undefined
      : reading.invented[0]
        ? breach('No such rule was given.', reading.invented[0].sentence)
        : 'kept';
  if (
    topics.verdict &&
    agent.approvalField !== undefined &&
    reading.choiceIsWrong !== undefined &&
    reading.toldFigures.every(({ right }) => right !== false)
  ) {
    if (!reading.choiceIsWrong) return 'kept';
    return {
      why: reading.explained || `The policy decides ${JSON.stringify(reading.expectedChoice)}.`,
      quotes: [...toolQuotes(reading), ...choiceQuote(reading)],
    };
  }
  return undefined;
}

function breach(why: string, sentence: string): Breach {
  return { why, quotes: [{ from: 'it reasoned', text: sentence }] };
}
