/**
 * Holds the gate over merged shards against the gate of a machine alone: changes of the parcel counter, sound, flaky, careless and bad ones, each with luck
 * of its own; for each of them the verdict file, case by case, must be the same. Prints a Markdown table. Simulated model.
 *
 *     node evals/bench/shard-seeds.ts --seeds 50
 *
 * Ends with 1 when one of them differs.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { type GateProject, gateFiles, gateProject, soundPrompt } from '../../src/cli/testing/gate-project.ts';
import { runHere } from '../../src/cli/testing/run-here.ts';
import { tableRow } from './markdown-table.ts';

const { seeds, from } = parseArgs({ options: { seeds: { type: 'string', default: '50' }, from: { type: 'string', default: '1' } } }).values;
const environment = { DOCKET_STORE_SECRET: 'the same secret on every machine, 0123456789' };
const scratch = mkdtempSync(join(tmpdir(), 'docket-shard-seeds-'));
process.env.XDG_CACHE_HOME = join(scratch, 'cache');

/** What a change does to the prompt, for its text to carry a seed; the luck of its trials goes by the text. */
const kinds: Readonly<Record<string, (seed: number) => string>> = {
  sound: (seed) => `${soundPrompt}Be polite, ${seed} times.\n`,
  flaky: (seed) => `${soundPrompt}Be unsure now and then. ${seed}\n`,
  bad: (seed) => `You are a clerk. ${seed}\n`,
};
const tally = new Map<string, { same: number; other: number; verdicts: Map<string, number>; runs: number }>();
const main = await counter();
try {
  for (let seed = Number(from); seed < Number(from) + Number(seeds); seed += 1) {
    // Most of them flaky: there the course depends on what came before.
    const kind = seed % 5 === 0 ? 'bad' : seed % 5 === 1 ? 'sound' : 'flaky';
    const shards = seed % 10 === 0 ? 4 : 2 + (seed % 2);
    const prompt = kinds[kind]?.(seed) ?? '';
    const [alone, merged] = [await judgeAlone(prompt), await judgeMerged(prompt, shards)];
    const same = isDeepStrictEqual(alone, merged);
    const row = tally.get(kind) ?? { same: 0, other: 0, verdicts: new Map<string, number>(), runs: 0 };
    row[same ? 'same' : 'other'] += 1;
    row.runs += alone.candidate?.totals?.runs ?? 0;
    row.verdicts.set(alone.verdict, (row.verdicts.get(alone.verdict) ?? 0) + 1);
    tally.set(kind, row);
    console.error(
      `seed ${seed} (${kind}, ${shards} shards): alone ${alone.verdict}, merged ${merged.verdict}${same ? '' : `, NOT THE SAME: ${firstDifference(alone, merged)}`}`,
    );
  }
  console.log(tableRow(['change', 'the same', 'otherwise', 'verdicts', 'runs of the candidate']));
  console.log('|---|--:|--:|---|--:|');
  for (const [kind, { same, other, verdicts, runs }] of tally)
    console.log(
      tableRow([kind, String(same), String(other), [...verdicts].map(([name, count]) => `${count} ${name}`).join(', '), String(runs)]),
    );
} finally {
  main[Symbol.dispose]();
  rmSync(scratch, { recursive: true, force: true });
}
process.exit([...tally.values()].some(({ other }) => other > 0) ? 1 : 0);

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

interface Said {
  readonly verdict: string;
  readonly candidate?: { readonly totals?: { readonly runs: number } };
}

async function counter(): Promise<GateProject> {
  const project = gateProject();
  for (const [id, weight] of Object.entries({ nine: 9, twelve: 12, tiny: 1, huge: 90 }))
    project.write(`cases/${id}.json`, gateFiles.parcel(id, weight, weight <= 20, id === 'huge' ? { critical: true } : {}));
  project.commit('Eight parcels');
  const { code, stderr } = await runHere(['baseline', 'accept'], { directory: project.directory, environment });
  if (code !== 0) throw new Error(stderr);
  project.commit('The baseline');
  return project;
}

function changed(prompt: string): GateProject {
  const project = main.branch();
  project.write('prompts/v1.md', prompt);
  project.commit('The change');
  return project;
}

/** The verdict file without what only tells when and where its runs were made, and in which order those of one batch ended. */
function saidBy(project: GateProject): Said {
  const { createdAt: _, rerun: __, spending: ___, ...rest } = JSON.parse(project.read('reports/verdict.json')) as Record<string, unknown>;
  const plain = (key: string, value: unknown) => {
    if (key === 'trials' && Array.isArray(value))
      return (value as { number: number }[]).toSorted((one, other) => one.number - other.number);
    if (/(?:At|[dD]urationMs)$/.test(key)) return undefined;
    // Means are added up in the order in which trials end: their last digit may differ.
    return typeof value === 'number' ? Number(value.toPrecision(12)) : value;
  };
  return JSON.parse(JSON.stringify(rest, plain));
}

async function judgeAlone(prompt: string): Promise<Said> {
  using project = changed(prompt);
  await runHere(['gate'], { directory: project.directory, environment });
  return saidBy(project);
}

/** Each shard on a machine of its own, which has what main's machine stored and nothing else. */
async function judgeMerged(prompt: string, shards: number): Promise<Said> {
  using judge = changed(prompt);
  for (let number = 1; number <= shards; number += 1) {
    using machine = changed(prompt);
    const { code, stderr } = await runHere(['gate', '--shard', `${number}/${shards}`], { directory: machine.directory, environment });
    if (code !== 0) throw new Error(stderr);
    cpSync(join(machine.directory, '.docket/shards'), join(judge.directory, '.docket/shards'), { recursive: true });
  }
  const merged = await runHere(['merge', '.docket/shards'], { directory: judge.directory, environment });
  if (merged.code !== 0) throw new Error(merged.stderr);
  await runHere(['gate'], { directory: judge.directory, environment });
  return saidBy(judge);
}
