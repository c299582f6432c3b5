/**
 * Runs the bench's trials through promptfoo's Node API: `node promptfoo-api.ts <cases> <trials a case> <in flight> [provider]`; without a provider by
 * the model in process.
 */
import { evaluate } from 'promptfoo';
import OneCallProvider from './promptfoo-provider.ts';
import { promptfooSuite } from './promptfoo-suite.ts';

const [cases = 1, trials = 1, inFlight = 1] = process.argv.slice(2, 5).map(Number);
const [, , , , , provider] = process.argv;
const suite = promptfooSuite(cases);
const result = await evaluate(
  { ...suite, providers: [provider ?? new OneCallProvider()], writeLatestResults: false },
  { maxConcurrency: inFlight, repeat: trials, showProgressBar: false, cache: false },
);
const { stats } = await result.toEvaluateSummary();
console.log(`${stats.successes} passed, ${stats.failures + stats.errors} failed`);
