import type { CaseResult, EvaluatedTrial, InfraErrorResult } from '../../contracts/evaluation.ts';
import type { ModelMode } from '../../contracts/model-mode.ts';
import { count, counted, duration, money } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { drawOver } from './draw-over.ts';
import type { Output } from './terminal.ts';

/** What is going to run: `trials` of every version on every case. */
export interface ProgressPlan {
  readonly versions: readonly string[];
  readonly caseIds: readonly string[];
  readonly trials: number;
  /** Only a live model costs anything. */
  readonly mode: ModelMode;
}

/** A trial that ended. */
export interface ProgressStep {
  readonly version: string;
  readonly caseId: string;
  readonly result: EvaluatedTrial | InfraErrorResult;
}

/** Shortest time between two drawings of the line, in milliseconds. */
const drawEveryMs = 80;

/** The same where nobody looks on: a log of a night is not silent, and not long. */
const logEveryMs = 60_000;

/**
 * Says on the note stream how far a run is: one line that is drawn over where a person looks on, otherwise a line for each case of a
 * version once all its trials ended, and one a minute.
 */
export class Progress {
  readonly #output: Output;
  readonly #now: () => number;
  readonly #perCase = new Map<string, Pick<CaseResult, 'passes' | 'runs'> & { errors: number }>();
  #plan: ProgressPlan = { versions: [], caseIds: [], trials: 0, mode: 'simulated' };
  #startedAt = 0;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #done = 0;
  #stored = 0;
  #reused = 0;
  #failing = 0;
  #dollars: number | undefined = 0;

  constructor(output: Output, now: () => number) {
    this.#output = output;
    this.#now = now;
  }

  /** Trials that are in the store now, from this run or an earlier one. */
  get stored(): number {
    return this.#stored;
  }

  get planned(): number {
    return this.#plan.versions.length * this.#plan.caseIds.length * this.#plan.trials;
  }

  start(plan: ProgressPlan): void {
    this.#plan = plan;
    this.#startedAt = this.#now();
    if (this.#output.live) this.#draw();
    else this.#drawnAt = this.#startedAt;
  }

  step(step: ProgressStep): void {
    const { result } = step;
    this.#done += 1;
    if ('error' in result || !result.reused)
      this.#dollars = this.#dollars === undefined || result.dollars === undefined ? undefined : this.#dollars + result.dollars;
    if ('error' in result) {
      this.#failing += 1;
    } else {
      this.#stored += 1;
      if (result.reused) this.#reused += 1;
      if (!result.pass) this.#failing += 1;
    }
    this.#endCase(step);
    this.#draw();
  }

  /** Takes the drawn line away. */
  end(): void {
    drawOver(this.#output);
  }

  #endCase({ version, caseId, result }: ProgressStep): void {
    if (this.#output.live) return;
    const key = `${version} ${caseId}`;
    const tally = this.#perCase.get(key) ?? { passes: 0, runs: 0, errors: 0 };
    this.#perCase.set(key, tally);
    if ('error' in result) tally.errors += 1;
    else {
      tally.runs += 1;
      if (result.pass) tally.passes += 1;
    }
    if (tally.runs + tally.errors < this.#plan.trials) return;
    this.#perCase.delete(key);
    const sign = tally.errors > 0 ? '!' : tally.passes === tally.runs ? '✓' : '✗';
    const errors = tally.errors > 0 ? `, ${counted(tally.errors, 'infra error')}` : '';
    this.#output.line(`${sign} ${version} ${plainLine(caseId)}: ${count(tally.passes)}/${count(tally.runs)} passed${errors}`);
  }

  #draw(): void {
    const now = this.#now();
    const { live } = this.#output;
    if (now - this.#drawnAt < (live ? drawEveryMs : logEveryMs) && !(live && this.#done >= this.planned)) return;
    this.#drawnAt = now;
    const parts = [
      `${count(this.#done)}/${count(this.planned)} trials`,
      `${count(this.#failing)} failing`,
      ...(this.#plan.mode === 'live' ? [`${money(this.#dollars)} spent`] : []),
      ...this.#timeLeft(now - this.#startedAt),
    ];
    if (live) drawOver(this.#output, parts.join(' · '));
    else this.#output.line(parts.join(' · '));
  }

  /** By the pace of the trials that were run here; stored ones come at once and say nothing about it. */
  #timeLeft(elapsedMs: number): string[] {
    const run = this.#done - this.#reused;
    if (run === 0 || this.#done >= this.planned) return [];
    return [`${duration((elapsedMs / run) * (this.planned - this.#done))} left`];
  }
}
