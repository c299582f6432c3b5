import { styleText } from 'node:util';
import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { emptyRun, type ProjectRun } from './empty-run.ts';

/** Known by name, because vitest may load this file twice: once for its configuration and once for its reporters. */
const toldOf = Symbol.for('docket.emptyRunToldOf');

/**
 * Lets a run fail in which no test ran, and says so once. In watch mode nothing is said: there is a next run.
 * @param suites projects whose tests are there to put versions on trial
 */
export function refuseEmptyRun(vitest: Vitest, testModules: readonly TestModule[], suites: readonly string[] = []): void {
  const { testNamePattern } = vitest.config;
  const named: unknown = Reflect.get(vitest, 'filenamePattern');
  const someFiles = Array.isArray(named) && named.length > 0;
  const reason = emptyRun(runsByProject(testModules, suites), { testNamePattern, someFiles });
  if (reason === undefined || vitest.config.watch) return;
  process.exitCode = 1;
  if (Reflect.has(vitest, toldOf)) return;
  Reflect.set(vitest, toldOf, true);
  vitest.logger.error(`\n ${styleText('red', '✗')} ${reason}\n`);
}

/** A reporter that prints nothing but the reason why a run proves nothing. */
export class EmptyRunGuard implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(testModules: readonly TestModule[]): void {
    if (this.#vitest) refuseEmptyRun(this.#vitest, testModules);
  }
}

function runsByProject(testModules: readonly TestModule[], suites: readonly string[]): ProjectRun[] {
  return [...Map.groupBy(testModules, (testModule) => testModule.project.name)].map(([project, modules]) => {
    const ended = modules.flatMap((testModule) => [...testModule.children.allTests()].filter((test) => hasEnded(test.result().state)));
    // A file that does not load has no test, and fails the run by itself.
    const broken = modules.flatMap((testModule) => testModule.errors());
    const onTrial = ended.filter((test) => (test.meta().docket?.length ?? 0) > 0).length;
    return {
      project,
      files: modules.length,
      ran: ended.length + broken.length,
      ...(suites.includes(project) && broken.length === 0 ? { onTrial } : {}),
    };
  });
}

function hasEnded(state: string): boolean {
  return state === 'passed' || state === 'failed';
}
