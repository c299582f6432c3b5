import type { JsonObject } from '../../contracts/json.ts';
import { numbersIn, possibleNumbersIn } from '../../text/numbers-in.ts';
import type { Detector } from '../detector.ts';
import { choiceQuote, fieldQuote } from '../quotes.ts';
import { Sightings, SightingsOf } from '../sightings.ts';
import { variedInputs } from '../varied-inputs.ts';

/** Runs with different inputs that it takes to call a number of the policy a constant. */
const least = 5;
/** After so many a number that changes has changed. */
const enough = 500;
/** Of so many runs the input is changed, figure by figure: runs may all be of one kind, and say of none that it is. */
const probed = 8;

/** A rule that the policy has and the prompt lacks: what it says of a field that goes wrong, or a number that it always uses. */
export const missingRule: Detector = {
  name: 'missing-rule',
  finds: 'a rule that the policy has and the prompt does not: for a field that goes wrong, or a number that the policy always uses',
  open(of) {
    const { agent } = of;
    const fields = new SightingsOf<string>();
    const told = new Set(
      plainNumbers([
        agent.prompt.text,
        ...agent.tools.map(({ description }) => description),
        ...agent.fields.map(({ description }) => description),
      ]),
    );
    let constants: Map<number, string> | undefined;
    let explained = 0;
    const reckoned = new Sightings();
    const lasting = (known: ReadonlyMap<number, string>, input: JsonObject) => {
      const left = new Map(known);
      for (const varied of variedInputs(input)) {
        if (left.size === 0) break;
        const said = agent.explain(varied);
        if (said === '') continue;
        const numbers = new Set(numbersIn(said).map(({ value }) => value));
        for (const value of left.keys()) if (!numbers.has(value)) left.delete(value);
      }
      return left;
    };
    return {
      see(reading) {
        const judged = [
          ...reading.methods.map(({ field, right, value, expected }) => ({ field, right, value, expected })),
          ...(agent.approvalField === undefined || reading.choiceIsWrong === undefined
            ? []
            : [{ field: agent.approvalField, right: !reading.choiceIsWrong, value: reading.choice, expected: reading.expectedChoice }]),
        ];
        let isWrong = false;
        for (const { field, right, value, expected } of judged) {
          if (right === undefined) continue;
          const sightings = fields.of(field);
          sightings.could(reading);
          if (right) continue;
          isWrong = true;
          sightings.saw(reading, () => ({
            quotes: [fieldQuote(field, value)],
            arithmetic: `The policy makes ${field} ${JSON.stringify(expected)}. ${reading.explained}`,
          }));
        }
        if (reading.explained === '') return;
        reckoned.could(reading);
        if (explained < enough) {
          const numbers = new Map(
            numbersIn(reading.explained).map(({ value, index }) => [value, sentenceAround(reading.explained, index)]),
          );
          constants = constants ? new Map([...constants].filter(([value]) => numbers.has(value))) : numbers;
        }
        if (explained < probed && reading.run.input) constants = lasting(constants ?? new Map(), reading.run.input);
        explained += 1;
        if (told.size < 10_000) for (const value of plainNumbers(reading.run.calls.map(({ result }) => result))) told.add(value);
        if (isWrong) reckoned.saw(reading, () => ({ quotes: choiceQuote(reading), arithmetic: reading.explained }));
      },
      problems() {
        const missing = [...fields].flatMap(([field, sightings]) => {
          if (sightings.seen === 0 || of.ruleOn(field)) return [];
          return [
            sightings.problem({
              id: `missing-rule/${field}`,
              detector: 'missing-rule',
              kind: 'bug',
              severity: field === agent.approvalField ? 'critical' : 'serious',
              what: `the policy fixes ${field}, and no rule of the prompt does`,
              about: { field },
              cause: 'prompt',
              because: `The prompt has no rule that names ${field}.`,
              ...of.placeOf(),
            }),
          ];
        });
        // A number of months is said where its years are.
        const isTold = (value: number) => told.has(value) || told.has(value / 12);
        const untold =
          explained < least || reckoned.seen === 0
            ? []
            : [...(constants ?? [])].filter(([value]) => value > 12 && value !== 100 && !isTold(value));
        return [
          ...missing,
          ...untold.map(([value, sentence]) =>
            reckoned.problem({
              id: `missing-rule/number-${value}`,
              detector: 'missing-rule',
              kind: 'bug',
              severity: 'serious',
              what: `the policy always uses ${value}, and neither prompt nor tools say so`,
              about: { figure: String(value) },
              cause: 'prompt',
              because: `"${sentence.trim()}": the model has to guess it.`,
              ...of.placeOf(),
            }),
          ),
        ];
      },
    };
  },
};

/** Numbers that are neither money nor percent: those could be anything's. */
function plainNumbers(texts: readonly string[]): number[] {
  return texts.flatMap((text) =>
    possibleNumbersIn(text).flatMap(({ kind, value }) => (kind === 'plain' || kind === 'times' ? [value] : [])),
  );
}

function sentenceAround(text: string, index: number): string {
  const start = Math.max(0, text.slice(0, index).search(/[.;](?= [^.;]*$)/) + 1);
  const end = text.slice(index).search(/[.;](?= |$)/);
  return text.slice(start, end === -1 ? undefined : index + end);
}
