import { canonicalJson } from '../contracts/canonical-json.ts';
import { Figures } from '../stats/run-figures.ts';
import { says } from './labelled-figures.ts';
import type { RunReading } from './run-reading.ts';
import { VerdictBorder } from './verdict-border.ts';

/** How often something was right, of how many times it could be told. */
export interface RightCount {
  right: number;
  of: number;
}

/** What a tool gives under one name. */
export interface GivenFigure extends RightCount {
  readonly tool: string;
  readonly label: string;
  readonly words: readonly string[];
}

/** A figure of a tool that is what a field has to be. */
export interface Giver {
  readonly tool: string;
  readonly label: string;
  runs: number;
  /** Some of the values, which tell a source from a coincidence. */
  readonly values: Set<unknown>;
}

/** What the runs come to, problems apart: how many, what they cost, and what was right in them. */
export class RunTally {
  runs = 0;
  withInput = 0;
  withDecision = 0;
  errors = 0;
  simulated = false;
  from: number | null = null;
  to: number | null = null;
  readonly models = new Map<string, number>();
  readonly tokensIn = new Figures();
  readonly tokensOut = new Figures();
  readonly durationMs = new Figures();
  readonly dollars = new Figures();
  readonly figures = new Map<string, GivenFigure>();
  readonly fields = new Map<string, RightCount>();
  /** By field: figures of tools that are what the policy makes it, and of how many different values. */
  readonly givers = new Map<string, Map<string, Giver>>();
  /** By what the policy decides. */
  readonly choices = new Map<string, RightCount>();
  readonly findings = new Map<string, number>();
  /** By case, where what is right can be computed: whether it was right in every run. */
  readonly cases = new Map<string, boolean>();
  readonly caseIds = new Set<string>();
  readonly border = new VerdictBorder();
  severalCalls = 0;
  inOneTurn = 0;
  calls = 0;
  modelCalls = 0;
  failedCalls = 0;
  repeatedCalls = 0;
  /** Runs that left a tool out. */
  readonly called = new Map<string, number>();

  see(reading: RunReading): void {
    const { run } = reading;
    this.runs += 1;
    if (run.caseId !== undefined) this.caseIds.add(run.caseId);
    if (run.input) this.withInput += 1;
    if (run.decision) this.withDecision += 1;
    if (run.failed || run.calls.some(({ isError }) => isError)) this.errors += 1;
    if (run.simulated) this.simulated = true;
    if (run.startedAt !== null) {
      this.from = this.from === null ? run.startedAt : Math.min(this.from, run.startedAt);
      this.to = this.to === null ? run.startedAt : Math.max(this.to, run.startedAt);
    }
    for (const model of run.models) add(this.models, model);
    for (const code of new Set(run.findings.map((finding) => finding.code))) add(this.findings, code);
    const { usage } = run;
    if (usage) {
      this.tokensIn.add(usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens, '');
      this.tokensOut.add(usage.outputTokens, '');
    }
    if (run.durationMs !== null) this.durationMs.add(run.durationMs, '');
    if (run.dollars !== undefined) this.dollars.add(run.dollars, '');
    this.#countCalls(reading);
    this.#countRight(reading);
    this.border.see(reading);
  }

  #countCalls({ run }: RunReading): void {
    this.calls += run.calls.length;
    this.modelCalls += run.modelCalls;
    this.failedCalls += run.calls.filter(({ isError }) => isError).length;
    this.repeatedCalls += run.calls.length - new Set(run.calls.map(({ tool, input }) => `${tool} ${canonicalJson(input)}`)).size;
    for (const tool of new Set(run.calls.map((call) => call.tool))) add(this.called, tool);
    if (run.calls.length < 2) return;
    this.severalCalls += 1;
    if (new Set(run.calls.map(({ turn }) => turn)).size === 1) this.inOneTurn += 1;
  }

  #countRight(reading: RunReading): void {
    const seen = new Set<string>();
    for (const { tool, label, words, right } of reading.toldFigures) {
      const key = `${tool} ${words.join(' ')}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const known = this.figures.get(key) ?? { tool, label, words, right: 0, of: 0 };
      this.figures.set(key, known);
      if (right !== undefined) known.of += 1;
      if (right) known.right += 1;
    }
    for (const { field, right, expected } of reading.methods) {
      if (right === undefined) continue;
      this.#countGivers(reading, field, expected);
      count(this.fields, field, right);
    }
    const isRight = isRightRun(reading);
    if (reading.choiceIsWrong !== undefined) count(this.choices, JSON.stringify(reading.expectedChoice), !reading.choiceIsWrong);
    const { caseId } = reading.run;
    if (caseId !== undefined && isRight !== undefined) this.cases.set(caseId, isRight && this.cases.get(caseId) !== false);
  }

  #countGivers({ toldFigures }: RunReading, field: string, expected: unknown): void {
    if (typeof expected !== 'number') return;
    const known = this.givers.get(field) ?? new Map<string, Giver>();
    this.givers.set(field, known);
    const giving = new Map(
      toldFigures.filter((figure) => says(figure, expected)).map((figure) => [`${figure.tool} ${figure.words.join(' ')}`, figure]),
    );
    for (const [key, { tool, label }] of giving) {
      const giver = known.get(key) ?? { tool, label, runs: 0, values: new Set() };
      known.set(key, giver);
      giver.runs += 1;
      if (giver.values.size < 3) giver.values.add(expected);
    }
  }

  /** Figures of tools that are what a field has to be in every run, whatever it has to be. */
  giversOf(field: string): Giver[] {
    const judged = this.fields.get(field)?.of ?? 0;
    return [...(this.givers.get(field)?.values() ?? [])].filter(({ runs, values }) => runs === judged && values.size > 1);
  }
}

/** True where the choice and every field are what the policy makes them; undefined where nothing of it can be told. */
export function isRightRun({ choiceIsWrong, methods }: RunReading): boolean | undefined {
  const told = [choiceIsWrong === undefined ? undefined : !choiceIsWrong, ...methods.map(({ right }) => right)].filter(
    (each) => each !== undefined,
  );
  return told.length === 0 ? undefined : told.every(Boolean);
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function count(counts: Map<string, RightCount>, name: string, right: boolean): void {
  const known = counts.get(name) ?? { right: 0, of: 0 };
  counts.set(name, known);
  known.of += 1;
  if (right) known.right += 1;
}
