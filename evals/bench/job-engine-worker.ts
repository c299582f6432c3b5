/**
 * A process of `job-engines.ts`. One puts jobs; a worker says that it is ready, and takes jobs of 50 ms once it is told to, each begin and end a line of its log.
 *
 *     node evals/bench/job-engine-worker.ts <engine> <address> put <jobs>
 *     node evals/bench/job-engine-worker.ts <engine> <address> <name> <in flight> <log>
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { type JobEngineName, jobEngines } from './job-engine.ts';
import { latencyMs } from './one-call-agent.ts';

const [engine, url = '', name = '', most, log = ''] = process.argv.slice(2);
const { put, work } = jobEngines[engine as JobEngineName];
const note = (what: string, job: number) => appendFileSync(log, `${what} ${job} ${Date.now()} ${process.pid}\n`);

if (name === 'put') {
  await put(url, Number(most));
  process.exit();
}
// What an engine does when its server goes away is its own affair, as long as the process lives.
process.on('uncaughtException', (error) => appendFileSync(`${log}.errors`, `${error.stack}\n`));
process.stdout.write('ready\n');
process.stdin.once('data', () => {
  void work(url, {
    name,
    inFlight: Number(most),
    async run(job) {
      note('begin', job);
      await wait(latencyMs);
      note('end', job);
    },
  });
});
