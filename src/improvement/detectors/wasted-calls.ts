import { canonicalJson } from '../../contracts/canonical-json.ts';
import type { Problem } from '../../contracts/improvement-plan.ts';
import { possibleNumbersIn } from '../../text/numbers-in.ts';
import type { Detector } from '../detector.ts';
import type { ObservedRun } from '../observed-run.ts';
import { Sightings, SightingsOf } from '../sightings.ts';

/** Runs that a waste of every one of them takes before it is one. */
const least = 10;

/** Calls that bring nothing: repeated ones, ones of which nothing is used, and ones that waited for each other without need. */
export const wastedCalls: Detector = {
  name: 'wasted-calls',
  finds: 'tool calls that repeat one, that nothing is used of, or that wait for each other without need',
  open({ agent }) {
    const repeated = new Sightings();
    const waited = new Sightings();
    const unused = new SightingsOf<string>();
    const wasteful = (told: Pick<Problem, 'id' | 'what' | 'about' | 'because' | 'cause'>, sightings: Sightings) =>
      sightings.problem({ ...told, detector: 'wasted-calls', kind: 'inefficiency', severity: 'minor' });
    return {
      see(reading) {
        const { run } = reading;
        if (run.calls.length === 0) return;
        repeated.could(reading);
        const made = new Set<string>();
        const again = run.calls.find(({ tool, input }) => {
          const call = `${tool} ${canonicalJson(input)}`;
          const known = made.has(call);
          made.add(call);
          return known;
        });
        if (again)
          repeated.saw(reading, () => ({ quotes: [{ from: 'it called again', text: `${again.tool} ${JSON.stringify(again.input)}` }] }));
        if (run.calls.length > 1) {
          waited.could(reading);
          const late = needlesslyLate(run);
          if (late) waited.saw(reading, () => ({ quotes: [{ from: 'it called one after another', text: late }] }));
        }
        if (!run.decision) return;
        const used = new Set([
          ...possibleNumbersIn(JSON.stringify(run.decision)).map(({ value }) => value),
          ...run.calls.flatMap(({ input }) => possibleNumbersIn(JSON.stringify(input)).map(({ value }) => value)),
        ]);
        const said = JSON.stringify(run.decision).toLowerCase();
        for (const { tool, result, isError } of run.calls) {
          const gave = possibleNumbersIn(result);
          const words = gave.length === 0 ? (result.toLowerCase().match(/[\p{L}]{4,}/gu) ?? []) : [];
          // A yes or no leaves no mark.
          if (/\b(?:true|false|yes|no)\b/i.test(result)) continue;
          if (isError || (gave.length === 0 && words.length === 0)) continue;
          const sightings = unused.of(tool);
          sightings.could(reading);
          if (
            gave.some(({ value, step }) => used.has(value) || [...used].some((each) => Math.abs(each - value) <= step / 2)) ||
            words.some((word) => said.includes(word))
          )
            continue;
          sightings.saw(reading, () => ({
            quotes: [
              { from: `${tool} said`, text: result },
              { from: 'it decided', text: JSON.stringify(run.decision) },
            ],
          }));
        }
      },
      problems() {
        return [
          ...(repeated.seen === 0
            ? []
            : [
                wasteful(
                  {
                    id: 'wasted-calls/repeated',
                    what: 'a tool is called again with the same arguments',
                    about: {},
                    cause: 'model',
                    because: 'The first answer was there.',
                  },
                  repeated,
                ),
              ]),
          ...(waited.seen * 2 < waited.of || waited.seen < 2
            ? []
            : [
                wasteful(
                  {
                    id: 'wasted-calls/one-after-another',
                    what: 'tools are called one after another that do not need each other',
                    about: {},
                    cause: 'flow',
                    because: 'No later call takes anything from an earlier result, so all could be asked for in one turn.',
                  },
                  waited,
                ),
              ]),
          // Now and then a figure is not needed; of a tool that is never used it can be said.
          ...[...unused].flatMap(([tool, sightings]) =>
            sightings.of < least || sightings.seen < sightings.of
              ? []
              : [
                  wasteful(
                    {
                      id: `wasted-calls/unused/${tool}`,
                      what: `nothing that ${tool} gives is ever used`,
                      about: { tool },
                      cause: agent.tools.some(({ name }) => name === tool) ? 'prompt' : 'flow',
                      because: 'No figure and no word of its results is in any decision.',
                    },
                    sightings,
                  ),
                ],
          ),
        ];
      },
    };
  },
};

/** The call of a later turn whose arguments hold nothing of an earlier result. */
function needlesslyLate({ calls }: ObservedRun): string | undefined {
  const [first] = calls;
  if (!first) return undefined;
  for (const call of calls) {
    const earlier = calls.filter(({ turn }) => turn < call.turn);
    if (earlier.length === 0 || earlier.some(({ isError }) => isError)) continue;
    const given = JSON.stringify(call.input);
    const pieces = given.match(/[\p{L}\d.]{2,}/gu) ?? [];
    const takesFrom = earlier.some(({ result }) => pieces.some((piece) => result.includes(piece) && /\d|.{4}/.test(piece)));
    if (!takesFrom) return `${earlier.map(({ tool }) => tool).join(', ')}, then ${call.tool} ${given}`;
  }
  return undefined;
}
