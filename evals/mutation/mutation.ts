import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { mutationScore, noticedOf } from './mutation-score.ts';
import { rooms } from './rooms.ts';

/**
 * Prints each room's mutation score: how many of the faults that StrykerJS plants one at a time some test notices. Two figures a room: the raw
 * one, and the one that counts out the mutants that `equivalents.json` explains as no faults. All others that survived are listed.
 *
 *     npm run mutation                      every room; minutes each, what was noticed before and did not change is kept
 *     npm run mutation -- stats scorers     these rooms
 *     npm run mutation -- --stored          the scores of the last runs, nothing is run
 */
const folder = resolve('.docket/mutation');
const reportSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.string(),
      mutants: z.array(
        z.object({
          mutatorName: z.string(),
          replacement: z.string().default(''),
          status: z.enum(['Killed', 'Survived', 'NoCoverage', 'Timeout', 'CompileError', 'RuntimeError', 'Ignored', 'Pending']),
          location: z.object({
            start: z.object({ line: z.number(), column: z.number() }),
            end: z.object({ line: z.number(), column: z.number() }),
          }),
        }),
      ),
    }),
  ),
});
const equivalentsSchema = z.array(
  z.strictObject({ file: z.string(), line: z.string(), mutants: z.array(z.string()).min(1), reason: z.string().min(20) }),
);

const names = Object.keys(rooms) as (keyof typeof rooms)[];
const asked = process.argv.slice(2).filter((argument) => argument !== '--stored');
const unknown = asked.filter((name) => !(name in rooms));
if (unknown.length > 0) {
  console.error(`unknown room ${unknown.map((name) => JSON.stringify(name)).join(', ')}: expected ${names.join(', ')}`);
  process.exit(2);
}

mkdirSync(folder, { recursive: true });
const equivalents = equivalentsSchema.parse(JSON.parse(readFileSync(new URL('equivalents.json', import.meta.url), 'utf8')));
let failed = false;
for (const name of names.filter((room) => asked.length === 0 || asked.includes(room))) {
  const files: z.infer<typeof reportSchema>['files'] = {};
  for (const [number, { mutate, tests }] of rooms[name].entries()) {
    const report = join(folder, `${name}-${number}.json`);
    if (!process.argv.includes('--stored')) {
      if (existsSync(report)) writeFileSync(report, JSON.stringify(noticedOf(JSON.parse(readFileSync(report, 'utf8')))));
      const patterns = [...mutate, '!src/**/*.test.ts'].join(',');
      const { status } = spawnSync(
        'npx',
        ['stryker', 'run', 'evals/mutation/stryker.config.json', '--mutate', patterns, '--incrementalFile', report],
        { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DOCKET_MUTATION_TESTS: tests.join(' ') } },
      );
      if (status !== 0) {
        console.error(`${name}: StrykerJS ended with ${status}; a score of a run that did not end would be made up`);
        process.exit(3);
      }
    }
    if (!existsSync(report)) {
      console.error(`${name}: nothing is stored; run "npm run mutation -- ${name}"`);
      process.exit(3);
    }
    Object.assign(files, reportSchema.parse(JSON.parse(readFileSync(report, 'utf8'))).files);
  }
  const score = mutationScore(files, equivalents);
  const percent = (count: number, of: number) => `${count} of ${of} = ${((100 * count) / of).toFixed(1)} %`;
  console.log(
    `${name}: ${percent(score.noticed, score.all)} noticed; ${percent(score.noticed + score.explained, score.all)} with explained equivalents`,
  );
  for (const line of score.unexplained) console.log(`  ${line}`);
  for (const line of score.stale) console.log(`  explained but not there: ${line}`);
  failed ||= score.stale.length > 0;
}
process.exitCode = failed ? 1 : 0;
