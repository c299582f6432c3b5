import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeCheckoutFileInTurns } from '../../contracts/checkout-file.ts';
import type { EvaluationReport } from '../../contracts/evaluation-report.ts';
import type { KeptRun, RanCase, RanTrial, RanVersion, RunKind, TrialEnd } from '../../contracts/kept-run.ts';
import { keyRemoved, keyRemover } from '../../contracts/key-remover.ts';
import { secretsIn } from '../../contracts/secrets-in.ts';
import { inTurns, Turns } from '../../contracts/turns.ts';
import type { Report } from '../../contracts/verdict.ts';
import { type PackedPage, packingPage } from '../../reporters/page-pack.ts';
import { roundedDollars } from '../../text/figures.ts';
import { type ClaimOwner, newClaimOwner } from '../../trials/claim-owner.ts';
import { thisDocket } from '../docket-copy.ts';
import { forgetOldRuns, type Retention, retentionOf } from './forget-old-runs.ts';
import { detailsFile, newRunId, runFiles, runFolder, runsFolder } from './run-folder.ts';

/** What is known of a run when it begins. */
export interface RunStart {
  readonly kind: RunKind;
  /** As a person would type it. */
  readonly command: string;
  /** Docket's own arguments; not given where nothing goes on by them. */
  readonly words?: readonly string[];
  /** What it may name and must not keep. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told once, when the run cannot be kept: it goes on all the same. */
  readonly warn: (message: string) => void;
  readonly now?: () => Date;
  /** When it began; now, where it is kept from its beginning. */
  readonly startedAt?: Date;
}

/** What it will do. */
export interface RunPlan extends Pick<KeptRun, 'agent' | 'mode' | 'store'> {
  readonly versions: readonly Pick<RanVersion, 'name' | 'fingerprint'>[];
  readonly cases: number;
  readonly wanted?: number;
}

/** A trial that ended. */
export interface KeptTrial {
  /** Name of its version. */
  readonly version: string;
  readonly caseId: string;
  readonly number: number;
  readonly end: TrialEnd;
  readonly harmful: boolean;
  readonly reused: boolean;
  readonly dollars: number | undefined;
}

/** What it found, where its trials are not told one by one. */
export interface RunResult extends Pick<KeptRun, 'agent' | 'mode'> {
  readonly versions: readonly RanVersion[];
  /** Cases with passes and runs in the order of the versions. */
  readonly cases: readonly RanCase[];
  readonly trials: Pick<KeptRun['trials'], 'done' | 'reused'>;
}

/** How it ended. */
export interface RunEnd extends Pick<KeptRun, 'verdict' | 'exitCode' | 'dollars'> {
  readonly state: 'done' | 'stopped' | 'failed';
}

/** The app reads chunks one by one, an index with a trial in some forty bytes, and transcripts that are left out from the trial store. */
const reportLimits = { bytes: 16_000_000, trials: 200_000, transcripts: 2000, hasStore: true };

/** Shortest time between two writings, in milliseconds: a person looks on, and thousands of trials end a second. */
const writeEveryMs = 200;

/** The same in the time that the last one took: on a slow disk it must not hold up the run. */
const writingsApart = 100;

/** What counts of it: a person is told once a second at least. */
const longestWritingMs = 10;

/**
 * Keeps one run below `.docket/runs`, while it goes on and after it. Nothing here ever makes the run itself fail: what cannot be written is told once,
 * and no more is written.
 */
export class RunKeeper {
  readonly id: string;
  readonly folder: string;
  readonly #root: string;
  readonly #start: RunStart;
  readonly #retention: Retention;
  /** Of each case passes and runs, a pair a version, one behind the other. */
  readonly #cases = new Map<string, number[]>();
  readonly #waiting: RanTrial[] = [];
  #owner: ClaimOwner | undefined;
  #run: KeptRun;
  #writtenAt = Number.NEGATIVE_INFINITY;
  #writingMs = 0;
  /** A writing that waits for its time. */
  #later: NodeJS.Timeout | undefined;
  #lost = false;

  constructor(root: string, start: RunStart) {
    const now = start.now?.() ?? new Date();
    this.#root = root;
    this.#start = start;
    this.#retention = retentionOf(start.environment, start.warn);
    // Nobody wants any to be kept.
    this.#lost = this.#retention.runs === 0;
    this.id = newRunId(now);
    this.folder = runFolder(root, this.id);
    const clean = keyRemover(...secretsIn(start.environment));
    const words = start.words && clean([...start.words]);
    this.#run = {
      schemaVersion: 1,
      id: this.id,
      kind: start.kind,
      command: clean(start.command),
      ...(words && !words.some((word) => word.includes(keyRemoved)) ? { words } : {}),
      docket: thisDocket.version,
      versions: [],
      startedAt: (start.startedAt ?? now).toISOString(),
      state: 'running',
      owner: '',
      trials: { done: 0, reused: 0 },
      cases: 0,
      hasReport: false,
    };
    this.#safely(() => {
      mkdirSync(this.folder, { recursive: true });
      hideFromGit(runsFolder(root));
      this.#owner = newClaimOwner(join(this.folder, runFiles.run));
      this.#run = { ...this.#run, owner: this.#owner.id };
      this.#writeRun();
    });
  }

  plan({ versions, wanted, cases, ...known }: RunPlan): void {
    this.#run = {
      ...this.#run,
      ...known,
      cases,
      versions: versions.map((version) => ({ ...version, passes: 0, runs: 0, harm: 0, infraErrors: 0, dollars: 0 })),
      trials: { ...this.#run.trials, ...(wanted === undefined ? {} : { wanted }) },
    };
    this.#safely(() => this.#writeRun());
  }

  /** Says what it does now, and how many trials it has behind it where they are not told one by one. */
  step(step: string, done = this.#run.trials.done): void {
    this.#run = { ...this.#run, step, trials: { ...this.#run.trials, done } };
    this.#writeSometimes();
  }

  trial({ version, caseId, number, end, harmful, reused, dollars }: KeptTrial): void {
    const place = this.#run.versions.findIndex(({ name }) => name === version);
    const before = this.#run.versions[place];
    if (!before) return;
    const counts =
      end === 'i' ? { infraErrors: before.infraErrors + 1 } : { runs: before.runs + 1, passes: before.passes + (end === 'p' ? 1 : 0) };
    const { dollars: sum, ...rest } = before;
    const versions = [...this.#run.versions];
    versions[place] = {
      ...rest,
      ...counts,
      harm: (before.harm ?? 0) + (harmful ? 1 : 0),
      ...(sum === undefined || dollars === undefined ? {} : { dollars: roundedDollars(sum + dollars) }),
    };
    const { trials } = this.#run;
    this.#run = { ...this.#run, versions, trials: { ...trials, done: trials.done + 1, reused: trials.reused + (reused ? 1 : 0) } };
    if (end !== 'i') this.#count(place, caseId, end === 'p');
    this.#waiting.push([place, caseId, number, end]);
    this.#writeSometimes();
  }

  #count(place: number, caseId: string, pass: boolean): void {
    let counts = this.#cases.get(caseId);
    if (!counts) {
      counts = new Array<number>(2 * this.#run.versions.length).fill(0);
      this.#cases.set(caseId, counts);
    }
    const runs = 2 * place + 1;
    if (pass) counts[2 * place] = (counts[2 * place] ?? 0) + 1;
    counts[runs] = (counts[runs] ?? 0) + 1;
  }

  /** Puts what the run found in the place of what was counted. */
  result({ versions, cases, trials, ...known }: RunResult): void {
    this.#run = { ...this.#run, ...known, versions: [...versions], cases: cases.length, trials: { ...this.#run.trials, ...trials } };
    this.#cases.clear();
    for (const [caseId, counts] of cases) this.#cases.set(caseId, counts.flat());
  }

  /** Puts its report beside it, as the page reads it. @throws the reason of the turns' signal */
  async report(report: Report | EvaluationReport, turns = new Turns()): Promise<void> {
    if (this.#lost) return;
    let packed: PackedPage;
    try {
      packed = await inTurns(packingPage(report, reportLimits), turns);
    } catch (error) {
      turns.throwIfAborted();
      this.#lose(error);
      return;
    }
    this.#safely(() => {
      for (const [number, chunk] of packed.chunks.entries()) writeFileSync(join(this.folder, detailsFile(number)), chunk);
    });
    const fault = await writeCheckoutFileInTurns(join(this.folder, runFiles.report), this.folder, packed.index(), turns);
    if (fault) this.#lose(new Error(fault.fault));
    else this.#run = { ...this.#run, hasReport: true };
  }

  /** Writes the run's end, and forgets the oldest runs where there are too many. */
  end({ state, ...end }: RunEnd): void {
    this.#forgetLater();
    const { step: _, ...run } = this.#run;
    this.#run = { ...run, ...end, state, endedAt: (this.#start.now?.() ?? new Date()).toISOString() };
    this.#safely(() => {
      this.#writeTrials();
      const lines = [...this.#cases].map(([caseId, counts]) => `${JSON.stringify([caseId, pairsOf(counts)] satisfies RanCase)}\n`);
      writeFileSync(join(this.folder, runFiles.cases), lines.join(''));
      this.#writeRun();
    });
    this.#unlock();
    this.#safely(() => forgetOldRuns(this.#root, this.id, this.#retention));
  }

  /** Takes it away again: something else keeps it. */
  forget(): void {
    this.#forgetLater();
    this.#unlock();
    this.#safely(() => rmSync(this.folder, { recursive: true, force: true }));
    this.#lost = true;
  }

  /** Also where nothing could be written: a lock that stays would keep the run alive. */
  #unlock(): void {
    try {
      this.#owner?.end();
    } catch {
      // A file that cannot be removed is no lock any more once the process has ended.
    }
  }

  #writeSometimes(): void {
    const wait = this.#writtenAt + Math.max(writeEveryMs, writingsApart * this.#writingMs) - performance.now();
    if (wait <= 0) this.#write();
    // Also when no other trial ends for long: who watches is not left behind. It keeps no process alive.
    else this.#later ??= setTimeout(() => this.#write(), wait).unref();
  }

  #write(): void {
    this.#forgetLater();
    const began = performance.now();
    this.#safely(() => {
      this.#writeTrials();
      this.#writeRun();
    });
    this.#writingMs = Math.min(longestWritingMs, performance.now() - began);
  }

  #forgetLater(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
  }

  #writeTrials(): void {
    if (this.#waiting.length === 0) return;
    appendFileSync(join(this.folder, runFiles.trials), this.#waiting.map((line) => `${JSON.stringify(line)}\n`).join(''));
    this.#waiting.length = 0;
  }

  /** Whole or not at all: somebody may be reading it. */
  #writeRun(): void {
    this.#writtenAt = performance.now();
    const file = join(this.folder, runFiles.run);
    writeFileSync(`${file}.new`, `${JSON.stringify(this.#run)}\n`);
    renameSync(`${file}.new`, file);
  }

  #safely(write: () => void): void {
    if (this.#lost) return;
    try {
      write();
    } catch (error) {
      this.#lose(error);
    }
  }

  #lose(error: unknown): void {
    this.#lost = true;
    this.#waiting.length = 0;
    const { code, message } = error as NodeJS.ErrnoException;
    this.#start.warn(
      `This run is not kept for docket ui: ${this.folder} cannot be written (${code ?? message}). The run itself goes on, and its trials are stored.`,
    );
  }
}

function pairsOf(counts: readonly number[]): [number, number][] {
  return Array.from({ length: counts.length / 2 }, (_, place) => [counts[2 * place] ?? 0, counts[2 * place + 1] ?? 0]);
}

/** Runs name inputs and decisions, which `git add .` must not take along. */
function hideFromGit(folder: string): void {
  const file = join(folder, '.gitignore');
  if (!existsSync(file)) writeFileSync(file, '*\n');
}
