import type { Reporter, TestModule } from 'vitest/node';

/**
 * Vitest reporter: names each test that passed only when it was tried again, and why it had not. Such a test holds up no change, and is a
 * fault to mend.
 */
export class FlakyTests implements Reporter {
  onTestRunEnd(testModules: readonly TestModule[]): void {
    for (const module of testModules)
      for (const test of module.children.allTests('passed')) {
        if (!test.diagnostic()?.flaky) continue;
        const causes =
          test.result().errors?.map(({ stack, message }) => `  ${message}\n${/^ +at .*$/m.exec(stack ?? '')?.[0] ?? ''}\n`) ?? [];
        console.error(`Flaky, passed when tried again: ${module.relativeModuleId} > ${test.fullName}\n${causes.join('')}`);
      }
  }
}
