/** Runs trials in a process of its own: `node run-many.ts <store> <calls file> <cases> <repeats> <in flight> <milliseconds a call>`. Prints the summary. */

import { systemClock } from '../../contracts/clock.ts';
import { simulatedModel } from '../../model/simulated.ts';
import { openTrialStore } from '../open-trial-store.ts';
import { runTrials } from '../run-trials.ts';
import { countingModel } from './counting-model.ts';
import { hastySimulator, tinyRequests } from './tiny-agent.ts';

const [path = '', callsFile = '', ...figures] = process.argv.slice(2);
const [cases = 1, repeats = 1, concurrency = 1, latencyMs = 0] = figures.map(Number);
const store = openTrialStore(path);
const summary = await runTrials(tinyRequests(cases, repeats), {
  model: countingModel(simulatedModel(hastySimulator, { latencyMs }), callsFile),
  store,
  clock: systemClock,
  signal: new AbortController().signal,
  concurrency,
  onRun: () => {},
});
await store.close();
console.log(JSON.stringify(summary));
