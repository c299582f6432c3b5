/**
 * Holds the gate over shards against the gate of a machine alone: changes of the parcel counter, sound, flaky, careless and bad ones, each with luck
 * of its own; for each of them the verdict file, case by case, must be the same. Prints a Markdown table. Simulated model.
 *
 *     node evals/bench/shard-seeds.ts --seeds 50             fixed rounds: folders of shards, merged
 *     node evals/bench/shard-seeds.ts --seeds 50 --shared    round by round: shards beside each other, over a PostgreSQL server that is started here
 *
 * Ends with 1 when one of them differs, or, with --shared, where a trial ran twice, or the judge ran one.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { type GateProject, gateFiles, gateProject, soundPrompt } from '../../src/cli/testing/gate-project.ts';
import { runDocket } from '../../src/cli/testing/run-docket.ts';
import { runHere } from '../../src/cli/testing/run-here.ts';
import { moreParcels, verdictSaid } from '../../src/cli/testing/verdict-said.ts';
import { endPostgres, newDatabase, runSql, startPostgres } from '../../src/database/testing/postgres-server.ts';
import { tableRow } from './markdown-table.ts';

const { seeds, from, shared } = parseArgs({
  options: {
    seeds: { type: 'string', default: '50' },
    from: { type: 'string', default: '1' },
    shared: { type: 'boolean', default: false },
  },
}).values;
const secret = { DOCKET_STORE_SECRET: 'the same secret on every machine, 0123456789' };
const scratch = mkdtempSync(join(tmpdir(), 'docket-shard-seeds-'));
process.env.XDG_CACHE_HOME = join(scratch, 'cache');

/** What a change does to the prompt, for its text to carry a seed; the luck of its trials goes by the text. */
const kinds: Readonly<Record<string, (seed: number) => string>> = {
  sound: (seed) => `${soundPrompt}Be polite, ${seed} times.\n`,
  flaky: (seed) => `${soundPrompt}Be unsure now and then. ${seed}\n`,
  bad: (seed) => `You are a clerk. ${seed}\n`,
};

interface Row {
  same: number;
  other: number;
  readonly verdicts: Map<string, number>;
  /** Trials of the machine alone, of all shards together, of the judge after them, and more than once. */
  readonly ran: { alone: number; shards: number; judge: number; twice: number };
}

const tally = new Map<string, Row>();
const server = shared ? await startPostgres() : undefined;
const main = await counter();
try {
  for (let seed = Number(from); seed < Number(from) + Number(seeds); seed += 1) {
    // Most of them flaky: there the course depends on what came before.
    const kind = seed % 5 === 0 ? 'bad' : seed % 5 === 1 ? 'sound' : 'flaky';
    const shards = seed % 10 === 0 ? 4 : 2 + (seed % 2);
    const prompt = kinds[kind]?.(seed) ?? '';
    const alone = await judgeAlone(prompt);
    const divided = await (server ? judgeShared(prompt, shards, await newDatabase(server)) : judgeMerged(prompt, shards));
    const same = isDeepStrictEqual(alone.said, divided.said);
    const row = tally.get(kind) ?? { same: 0, other: 0, verdicts: new Map(), ran: { alone: 0, shards: 0, judge: 0, twice: 0 } };
    row[same ? 'same' : 'other'] += 1;
    const ran = { alone: alone.ran, ...divided.ran };
    for (const name of ['alone', 'shards', 'judge', 'twice'] as const) row.ran[name] += ran[name];
    const verdict = String(alone.said.verdict);
    row.verdicts.set(verdict, (row.verdicts.get(verdict) ?? 0) + 1);
    tally.set(kind, row);
    const differs = same ? '' : `, NOT THE SAME: ${firstDifference(alone.said, divided.said)}`;
    console.error(
      `seed ${seed} (${kind}, ${shards} shards): alone ${verdict} (${ran.alone} trials), shards ${String(divided.said.verdict)} (${ran.shards} trials, the judge ${ran.judge}, twice ${ran.twice})${differs}`,
    );
  }
  console.log(tableRow(['change', 'the same', 'otherwise', 'verdicts', 'trials alone', 'of all shards', 'of the judge', 'run twice']));
  console.log('|---|--:|--:|---|--:|--:|--:|--:|');
  for (const [kind, { same, other, verdicts, ran }] of tally) {
    const named = [...verdicts].map(([name, count]) => `${count} ${name}`).join(', ');
    console.log(tableRow([kind, same, other, named, ran.alone, ran.shards, ran.judge, ran.twice].map(String)));
  }
} finally {
  main[Symbol.dispose]();
  if (server) endPostgres(server.folder);
  rmSync(scratch, { recursive: true, force: true });
}
const isSound = ({ other, ran }: Row) => other === 0 && (!shared || (ran.twice === 0 && ran.judge === 0 && ran.shards === ran.alone));
process.exit([...tally.values()].every(isSound) ? 0 : 1);

/** Where two values differ first, for a person. */
function firstDifference(one: unknown, other: unknown, at = ''): string | undefined {
  if (isDeepStrictEqual(one, other)) return undefined;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return `${at}: ${String(JSON.stringify(one)).slice(0, 200)} and ${String(JSON.stringify(other)).slice(0, 200)}`;
  const [left, right] = [one as Record<string, unknown>, other as Record<string, unknown>];
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const found = firstDifference(left[name], right[name], `${at}.${name}`);
    if (found !== undefined) return found;
  }
  return at;
}

async function counter(): Promise<GateProject> {
  const project = gateProject();
  for (const [id, weight] of Object.entries(moreParcels))
    project.write(`cases/${id}.json`, gateFiles.parcel(id, weight, weight <= 20, id === 'huge' ? { critical: true } : {}));
  project.commit('Eight parcels');
  await here(project, ['baseline', 'accept']);
  project.commit('The baseline');
  return project;
}

function changed(prompt: string): GateProject {
  const project = main.branch();
  project.write('prompts/v1.md', prompt);
  project.commit('The change');
  return project;
}

/** Runs a command that must succeed. */
async function here({ directory }: GateProject, words: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<string> {
  const { code, stdout, stderr } = await runHere(words, { directory, environment: { ...secret, ...more } });
  if (code !== 0) throw new Error(`docket ${words.join(' ')}: ${stderr}${stdout}`);
  return stdout;
}

/** How many trials a verdict ran itself. */
function spentBy(project: GateProject): number {
  const { spending } = JSON.parse(project.read('reports/verdict.json')) as {
    readonly spending?: { readonly trials: { readonly spent: number } };
  };
  return spending?.trials.spent ?? 0;
}

async function judgeAlone(prompt: string) {
  using project = changed(prompt);
  await runHere(['gate'], { directory: project.directory, environment: secret });
  return { said: verdictSaid(project), ran: spentBy(project) };
}

interface ShardsRan {
  readonly trials: { readonly run: number; readonly taken?: number };
  readonly stored: number;
}

/** Each shard on a machine of its own, which has what main's machine stored and nothing else. */
async function judgeMerged(prompt: string, shards: number) {
  using judge = changed(prompt);
  let ran = 0;
  for (let number = 1; number <= shards; number += 1) {
    using machine = changed(prompt);
    const { stored } = JSON.parse(await here(machine, ['gate', '--shard', `${number}/${shards}`, '--json'])) as ShardsRan;
    ran += stored;
    cpSync(join(machine.directory, '.docket/shards'), join(judge.directory, '.docket/shards'), { recursive: true });
  }
  await here(judge, ['merge', '.docket/shards']);
  await runHere(['gate'], { directory: judge.directory, environment: secret });
  return { said: verdictSaid(judge), ran: { shards: ran, judge: spentBy(judge), twice: 0 } };
}

/** All shards at once, in processes of their own, over one database, which has what main's machine stored; then the judge. */
async function judgeShared(prompt: string, shards: number, DOCKET_STORE: string) {
  using judge = changed(prompt);
  await here(judge, ['store', 'copy'], { DOCKET_STORE });
  const stored = async () =>
    (
      await runSql(
        DOCKET_STORE,
        'SELECT count(*)::integer AS all, (count(*) - count(DISTINCT (selection, number)))::integer AS twice FROM trials',
      )
    )[0] as { readonly all: number; readonly twice: number };
  const before = await stored();
  const environment = { ...secret, DOCKET_STORE };
  const ends = await Promise.all(
    Array.from({ length: shards }, async (_, index) => {
      using machine = changed(prompt);
      const { code, stdout, stderr } = await runDocket(['gate', '--shard', `${index + 1}/${shards}`, '--json'], {
        directory: machine.directory,
        environment,
      });
      if (code !== 0) throw new Error(stderr);
      return (JSON.parse(stdout) as ShardsRan).trials;
    }),
  );
  const after = await stored();
  const ran = ends.reduce((sum, { run, taken = 0 }) => sum + run + taken, 0);
  // What the shards say they ran is what they added to the database, and no more.
  const twice = after.twice + Math.abs(ran - (after.all - before.all));
  await runHere(['gate'], { directory: judge.directory, environment });
  return { said: verdictSaid(judge), ran: { shards: ran, judge: spentBy(judge), twice } };
}
