import { DocketError } from '../contracts/docket-error.ts';
import { visibleText } from '../text/hostile-text.ts';

/**
 * Does the work; an error that the person at the keyboard can mend ends the process here, with its message and its exit code.
 * Thrown on, promptfoo would wrap it twice and print it as a crash.
 */
export async function orEnd<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DocketError)) throw error;
    process.stderr.write(`${visibleText(error.message)}\n`);
    process.exit(error.exitCode);
  }
}
