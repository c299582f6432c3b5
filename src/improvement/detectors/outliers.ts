import { Figures } from '../../stats/run-figures.ts';
import { wilsonInterval } from '../../stats/wilson-interval.ts';
import { amount } from '../../text/figures.ts';
import type { Detector } from '../detector.ts';

const measures = {
  tokens: { name: 'tokens', unit: 'tokens', most: 5 },
  durationMs: { name: 'time', unit: 'ms', most: 5 },
  dollars: { name: 'cost', unit: 'dollars', most: 5 },
  toolCalls: { name: 'tool calls', unit: 'tool calls', most: 5 },
} as const;

/** Runs that take far more than the others: tokens, time, dollars, calls. */
export const outliers: Detector = {
  name: 'outliers',
  finds: "a run whose tokens, time, cost or calls lie beyond Tukey's outer fence and twice the median",
  open() {
    const figures = { tokens: new Figures(), durationMs: new Figures(), dollars: new Figures(), toolCalls: new Figures() };
    const counts = { tokens: 0, durationMs: 0, dollars: 0, toolCalls: 0 };
    const add = (measure: keyof typeof measures, value: number | null | undefined, id: string) => {
      if (value === null || value === undefined) return;
      figures[measure].add(value, id);
      counts[measure] += 1;
    };
    let simulated = true;
    return {
      see({ run }) {
        const { usage } = run;
        add('tokens', usage && usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens, run.id);
        // The time of a simulated run is that of this machine.
        if (!run.simulated) {
          simulated = false;
          add('durationMs', run.durationMs, run.id);
        }
        add('dollars', run.dollars, run.id);
        add('toolCalls', run.calls.length, run.id);
      },
      problems() {
        return (Object.keys(measures) as (keyof typeof measures)[]).flatMap((measure) => {
          if (measure === 'durationMs' && simulated) return [];
          const { name, unit, most } = measures[measure];
          const far = figures[measure].outliers(measure, Number.POSITIVE_INFINITY);
          const typical = figures[measure].measure();
          if (far.length === 0 || !typical) return [];
          return [
            {
              id: `outliers/${measure}`,
              detector: 'outliers',
              kind: 'inefficiency' as const,
              severity: 'minor' as const,
              what: `${name}: some runs take far more than the others`,
              about: {},
              seen: { runs: far.length, of: counts[measure], share: wilsonInterval({ passes: far.length, runs: counts[measure] }) },
              runs: far.slice(0, most).map(({ traceId }) => traceId),
              cases: [],
              examples: far.slice(0, 3).map(({ traceId, value }) => ({
                run: traceId,
                kind: 'trace' as const,
                quotes: [],
                arithmetic: `${amount(value, 4)} ${unit}; the median is ${amount(typical.median, 4)}, and 95 % take at most ${amount(typical.p95, 4)}.`,
              })),
              cause: 'flow' as const,
              because: 'Look at what these runs have in common.',
              findings: [],
            },
          ];
        });
      },
    };
  },
};
