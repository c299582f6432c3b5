import { stripVTControlCharacters, styleText } from 'node:util';
import type { Reporter, TestModule, TestRunEndReason, Vitest } from 'vitest/node';
import { alignLines, type CaseLine, caseLines } from './case-lines.ts';
import type { CaseRecord } from './case-record.ts';
import { refuseEmptyRun } from './empty-run-guard.ts';
import { KeptSuites } from './kept-suites.ts';
import { printErrors, printsErrors } from './print-errors.ts';

const marks = { passed: ['green', '✓'], failed: ['red', '✗'], incomplete: ['yellow', '!'] } as const;

export interface DocketReporterOptions {
  /** Names of the projects whose cases are listed, and of which a run without a trial proves nothing; all projects are listed when not given. */
  readonly projects?: readonly string[];
}

/**
 * Vitest reporter, alone or beside another one: `reporters: ['default', 'docket-evals/vitest/reporter']`. Prints one line a case with the
 * trials that pass and the faults of those that do not, and lets a run fail in which no test ran. Where no other reporter prints what went wrong,
 * it does.
 */
export default class DocketReporter implements Reporter {
  #vitest: Vitest | undefined;
  #modeShown = '';
  #kept: KeptSuites | undefined;
  readonly #projects: readonly string[] | undefined;

  constructor({ projects }: DocketReporterOptions = {}) {
    this.#projects = projects;
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunStart(): void {
    if (this.#vitest) this.#kept = new KeptSuites(this.#vitest);
  }

  onTestModuleEnd(testModule: TestModule): void {
    if (this.#projects && !this.#projects.includes(testModule.project.name)) return;
    this.#showCases(testModule);
    this.#kept?.add(testModule);
    if (this.#vitest && !this.#vitest.config.reporters.some(printsErrors)) printErrors(this.#vitest, testModule);
  }

  #showCases(testModule: TestModule): void {
    const tests = [...testModule.children.allTests()].flatMap((test) => {
      const records = test.meta().docket;
      const { state } = test.result();
      return records && (state === 'passed' || state === 'failed') ? [{ name: test.name, passed: state === 'passed', records }] : [];
    });
    if (tests.length === 0) return;
    this.#showMode(tests.flatMap(({ records }) => records));
    this.#log(`\n ${stripVTControlCharacters(testModule.relativeModuleId)}`);
    for (const { mark, text } of alignLines(tests.flatMap(caseLines))) this.#log(`   ${shownMark(mark)} ${stripVTControlCharacters(text)}`);
  }

  onTestRunEnd(testModules: readonly TestModule[], unhandledErrors: readonly unknown[], reason: TestRunEndReason): void {
    this.#kept?.end(reason);
    this.#kept = undefined;
    if (!this.#vitest) return;
    refuseEmptyRun(this.#vitest, testModules, this.#projects);
    if (unhandledErrors.length > 0 && !this.#vitest.config.reporters.some(printsErrors))
      this.#vitest.logger.printUnhandledErrors(unhandledErrors);
  }

  /** Simulated results must not be taken for real ones, so the mode stands above the first of them. */
  #showMode(records: readonly CaseRecord[]): void {
    const modes = [...new Set(records.map(({ mode }) => mode))].map((mode) =>
      mode === 'simulated' ? 'simulated model, an offline stand-in: its decisions say nothing about a real model' : `${mode} model`,
    );
    const mode = modes.join(' and ');
    if (mode === this.#modeShown) return;
    this.#modeShown = mode;
    this.#log(`\n ${styleText('bold', 'Docket')}: ${mode}. Passes of trials, one line a case.`);
  }

  #log(text: string): void {
    this.#vitest?.logger.log(text);
  }
}

function shownMark(mark: CaseLine['mark']): string {
  const [colour, character] = marks[mark];
  return styleText(colour, character);
}
