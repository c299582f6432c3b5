import type { TestModule, TestRunEndReason, Vitest } from 'vitest/node';
import { modelModeSchema } from '../contracts/model-mode.ts';
import { findConfig, projectRoot } from '../flows/find-config.ts';
import { RunKeeper } from '../flows/runs/keep-run.ts';
import { ranCases } from '../flows/runs/ran-versions.ts';
import { counted } from '../text/figures.ts';
import type { CaseRecord } from './case-record.ts';

/** One run of vitest as it is kept: from the first file that tried a case on. */
export class KeptSuites {
  readonly #vitest: Vitest;
  readonly #startedAt = new Date();
  readonly #records: CaseRecord[] = [];
  #failed = 0;
  #keeper: RunKeeper | undefined;

  constructor(vitest: Vitest) {
    this.#vitest = vitest;
  }

  add(testModule: TestModule): void {
    const tests = [...testModule.children.allTests()];
    const records = tests.flatMap((test) => test.meta().docket ?? []);
    if (records.length === 0 || findConfig(this.#vitest.config.root) === undefined) return;
    this.#records.push(...records);
    this.#failed += tests.filter((test) => test.meta().docket && test.result().state === 'failed').length;
    this.#keeper ??= new RunKeeper(projectRoot(this.#vitest.config.root), {
      kind: 'vitest',
      command: ['npx vitest', ...process.argv.slice(2)].join(' '),
      environment: process.env,
      startedAt: this.#startedAt,
      warn: (message) => this.#vitest.logger.log(message),
    });
    this.#keeper.step(`${testModule.relativeModuleId} has ended.`, this.#trials());
  }

  end(reason: TestRunEndReason): void {
    if (!this.#keeper) return;
    const names = [...new Set(this.#records.map(nameOf))];
    const counts = this.#records.map((record) => ({ ...record, version: nameOf(record) }));
    const mode = modelModeSchema.safeParse(this.#records[0]?.mode).data;
    this.#keeper.result({
      ...(mode ? { mode } : {}),
      versions: names.map((name) => {
        const own = counts.filter((record) => record.version === name);
        const sum = (of: (record: CaseRecord) => number) => own.reduce((total, record) => total + of(record), 0);
        return {
          name,
          passes: sum(({ passes }) => passes),
          runs: sum(({ runs }) => runs),
          infraErrors: sum(({ infraErrors }) => infraErrors.length),
        };
      }),
      cases: ranCases(counts, names),
      trials: { done: this.#trials(), reused: 0 },
    });
    const isGreen = reason === 'passed';
    const word = isGreen ? 'passed' : reason === 'interrupted' ? 'stopped' : 'failed';
    this.#keeper.end({
      state: reason === 'interrupted' ? 'stopped' : 'done',
      verdict: {
        name: word,
        tone: isGreen ? 'good' : 'bad',
        reason: isGreen ? 'Every test passed.' : `${counted(this.#failed, 'test')} with cases failed.`,
      },
    });
  }

  #trials(): number {
    return this.#records.reduce((total, { runs, infraErrors }) => total + runs + infraErrors.length, 0);
  }
}

/** Two agents of one test may call their versions alike. */
function nameOf({ version, variation }: CaseRecord): string {
  return variation === '' ? version : `${version} (variation ${variation.replace(/^\//, '')})`;
}
