import type { RunsSummary } from '../../../flows/summarise-traces/group-tally.ts';
import type { Grouping, TracesSummary } from '../../../flows/summarise-traces/index.ts';
import type { Measure } from '../../../stats/run-figures.ts';
import { amount, count, counted, duration, money, percent } from '../../../text/figures.ts';
import { plainLine } from '../../../text/hostile-text.ts';
import { type Cell, tableLines } from '../../terminal/table.ts';
import type { Output } from '../../terminal/terminal.ts';

/** Most findings that are named. */
const mostFindings = 5;

/** All runs, what stands out, and a table of the groups. */
export function summaryLines({ all, groups }: TracesSummary, by: Grouping | undefined, out: Output): string[] {
  const lines = [...runsLines(all), ...outlierLines(all)];
  if (by === undefined) return lines;
  const titles = [by, 'runs', 'errors', 'findings', 'took', 'p95', 'tokens in', 'out', 'per run', 'in all'];
  const header = titles.map((text): Cell => [{ text, style: 'dim' }]);
  return [...lines, '', ...tableLines({ header, groups: [groups.map((group) => rowOf(group).map((text): Cell => [{ text }]))] }, out)];
}

function runsLines(all: RunsSummary): string[] {
  const { runs, errors, withFindings, findings, dollars, withoutPrice, cache } = all;
  const line = (name: string, text: string) => ` ${name.padEnd(13)}${text}`;
  const named = findings.slice(0, mostFindings).map(({ code, runs: often }) => `${plainLine(code)} ${count(often)}`);
  const found = named.length > 0 ? ` (${named.join(', ')})` : '';
  return [
    line('runs', `${count(runs)}, ${count(errors)} with an error, ${count(withFindings)} with findings${found}`),
    ...(all.simulated === 0
      ? []
      : [
          line(
            '',
            `a simulated model answered in ${all.simulated === runs ? 'all' : count(all.simulated)} of them; dollars are what a live one would have cost`,
          ),
        ]),
    line('took', spread(all.durationMs, duration)),
    line('tokens in', spread(all.tokensIn, count)),
    line('tokens out', spread(all.tokensOut, count)),
    line('dollars', dollars ? `${money(dollars.perRun)} per run, ${money(dollars.total)} in all; p95 ${money(dollars.p95)}` : 'unknown'),
    ...(withoutPrice > 0 ? [line('', `${counted(withoutPrice, 'run')} not counted: no tokens, no model, or no known price`)] : []),
    line('model calls', `${average(all.modelCalls)} per run; ${spread(all.modelCalls, count)}`),
    line('tool calls', `${average(all.toolCalls)} per run; ${spread(all.toolCalls, count)}`),
    line(
      '',
      `in parallel in ${counted(all.inParallel, 'run')}, one after another in ${count(all.oneAfterAnother)}${all.orderUnknown > 0 ? `, unknown in ${count(all.orderUnknown)}` : ''}`,
    ),
    line('', `${count(all.repeatedCalls)} repeated with the same arguments, in ${counted(all.withRepeatedCalls, 'run')}`),
    line(
      'cache',
      cache.calls === 0
        ? 'unknown'
        : `${percent(cache.hits / cache.calls)} of model calls read from it, ${percent(cache.tokensRead / cache.tokensIn)} of the tokens in`,
    ),
  ];
}

function outlierLines({ outliers }: RunsSummary): string[] {
  return outliers.map(({ measure, traceId, value }) => ` ! ${traceId} ${outlierWords[measure]?.(value) ?? `${measure} ${amount(value)}`}`);
}

const outlierWords: Readonly<Record<string, (value: number) => string>> = {
  durationMs: (value) => `took ${duration(value)}`,
  tokensIn: (value) => `was given ${counted(value, 'token')}`,
  tokensOut: (value) => `answered ${counted(value, 'token')}`,
  dollars: (value) => `cost ${money(value)}`,
  modelCalls: (value) => `made ${counted(value, 'model call')}`,
  toolCalls: (value) => `made ${counted(value, 'tool call')}`,
};

function rowOf({ name, runs, errors, withFindings, durationMs, tokensIn, tokensOut, dollars }: TracesSummary['groups'][number]): string[] {
  return [
    name === null ? 'unknown' : plainLine(name),
    count(runs),
    count(errors),
    count(withFindings),
    durationMs ? duration(durationMs.median) : '–',
    durationMs ? duration(durationMs.p95) : '–',
    tokensIn ? count(tokensIn.median) : '–',
    tokensOut ? count(tokensOut.median) : '–',
    dollars ? money(dollars.perRun) : '–',
    dollars ? money(dollars.total) : '–',
  ];
}

/** A median may lie between two whole numbers; that much is not worth a decimal. */
function spread(measure: Measure | null, words: (value: number) => string): string {
  return measure ? `median ${words(measure.median)}, p95 ${words(measure.p95)}` : 'unknown';
}

function average(measure: Measure | null): string {
  return measure ? amount(measure.total / measure.runs, 1) : '–';
}
