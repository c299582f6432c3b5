import { styleText } from 'node:util';
import type { TestModule, Vitest } from 'vitest/node';

/** Vitest's own reporters that print each error to the terminal; the others write a file, or say no more than that a test failed. */
const printing = new Set(['default', 'verbose', 'tree', 'minimal', 'agent', 'dot', 'tap', 'tap-flat']);

/** Whether this is a reporter that prints errors itself. One of somebody else's is not known to. */
export function printsErrors(reporter: Vitest['config']['reporters'][number]): boolean {
  return Array.isArray(reporter) && printing.has(String(reporter[0]));
}

/** Prints why the tests of a file failed, and why the file itself did, where it could not be read or a hook threw. */
export function printErrors({ logger }: Vitest, testModule: TestModule): void {
  const { project, relativeModuleId } = testModule;
  const failed = [
    { name: relativeModuleId, errors: testModule.errors() },
    ...[...testModule.children.allSuites()].map((suite) => ({ name: `${relativeModuleId} > ${suite.fullName}`, errors: suite.errors() })),
    ...[...testModule.children.allTests()].map((test) => ({
      name: `${relativeModuleId} > ${test.fullName}`,
      errors: test.result().errors ?? [],
    })),
  ];
  for (const { name, errors } of failed) {
    if (errors.length === 0) continue;
    logger.error(`\n ${styleText('red', 'FAIL')}  ${name}`);
    for (const error of errors) logger.printError(error, { project, verbose: false });
  }
}
