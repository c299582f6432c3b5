/**
 * What becomes of a store of trials or traces when bytes of its file change: is the damage named, harmless, or does the store read back
 * differently without a word? Random places, a fixed seed:
 *
 *     node evals/bench/damaged-stores.ts [--trials 150] [--traces 130] [--seed 1]
 *
 * Ends with 1 when one read back differently and nothing was said.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DocketError } from '../../src/contracts/docket-error.ts';
import { type Random, seededRandom } from '../../src/stats/random.ts';
import { openTraceStore } from '../../src/traces/store/open-trace-store.ts';
import { fixture } from '../../src/traces/testing/vendor-answers.ts';
import { loadImporters } from '../../src/traces/vendors/vendors.ts';
import { openTrialStore } from '../../src/trials/open-trial-store.ts';
import { tinyTrial } from '../../src/trials/testing/tiny-agent.ts';

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '150' },
    traces: { type: 'string', default: '130' },
    seed: { type: 'string', default: '1' },
  },
});

/** One kind of store: a file with something in it, and everything that can be read of it as one text. */
interface Subject {
  readonly name: string;
  fill(file: string): Promise<void>;
  read(file: string, onDamage: (message: string) => void): Promise<string>;
  /** The trials or spans in that text. */
  items(text: string): unknown[];
}

const keys = ['a', 'b', 'c'].flatMap((versionFingerprint) =>
  ['x', 'y', 'z'].flatMap((caseFingerprint) => ['candidate', 'main'].map((series) => ({ versionFingerprint, caseFingerprint, series }))),
);

const trials: Subject = {
  name: 'trials',
  async fill(file) {
    const store = openTrialStore(file);
    for (const key of keys) {
      for (let number = 1; number <= 10; number += 1) {
        const decision = { approved: number % 3 > 0, reason: `${JSON.stringify(key)} ${number}`.repeat(10) };
        await store.save(tinyTrial({ ...key, number }, { kind: 'decided', decision }));
      }
      const message = 'The server failed.';
      await store.saveFailure({
        ...tinyTrial({ ...key, number: 11 }),
        outcome: { kind: 'infra-error', error: 'server', message, retryable: true },
      });
    }
    await store.close();
  },
  async read(file, onDamage) {
    const store = openTrialStore(file, { onDamage });
    try {
      const lists = await Promise.all(keys.map((key) => store.list(key)));
      const thirds = await Promise.all(keys.map((key) => store.find({ ...key, number: 3 })));
      return JSON.stringify([lists, await store.failures(), thirds]);
    } finally {
      await store.close();
    }
  },
  items: (text) => JSON.parse(text)[0].flat(),
};

const words = ['loan', 'credit', 'approved', 'umbrella', 'debt ratio'];
const now = () => 1_800_000_000_000;

const importers = await loadImporters();

const traces: Subject = {
  name: 'traces',
  async fill(file) {
    const store = openTraceStore(file, now);
    for (const [name, vendor] of [
      ['pydantic-ai-tools-2025-12-04.trace.json', 'langfuse'],
      ['claude-agent-2025-12-22.trace.json', 'langfuse'],
      ['braintrust-span-tree.json', 'braintrust'],
    ] as const) {
      const read = importers.find((importer) => importer.name === vendor)?.readExport;
      const { spans } = read?.(fixture(name)) ?? { spans: [] };
      // Six of each, under ids and names of their own.
      for (let copy = 0; copy < 6; copy += 1) {
        const renamed = spans.map((span) => ({ ...span, traceId: `${copy}${span.traceId.slice(1)}`, name: `${span.name} ${copy}` }));
        await store.saveSpans(renamed, { source: vendor });
      }
    }
    for (const [index, { traceId }] of (await store.list({})).entries()) {
      const findings = index % 2 === 0 ? [{ code: 'false-approval', message: 'A false approval.' }] : [];
      const score = { name: 'approval', pass: findings.length === 0, hard: true, value: 0.5, reason: 'as found', findings };
      await store.saveAllScores(new Map([[traceId, [score]]]), 'judge');
    }
    await store.saveCursor('langfuse', '{"through":1}');
    await store.list({ text: 'loan' });
    await store.close();
  },
  async read(file, onDamage) {
    const store = openTraceStore(file, now, onDamage);
    try {
      const listed = await store.list({ limit: 1000 });
      const agents = [...new Set(listed.flatMap(({ agent }) => agent ?? []))];
      const plain = (value: unknown) => JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each));
      return plain([
        listed,
        await Promise.all(agents.map((agent) => store.list({ agent }))),
        await Promise.all(words.map((text) => store.list({ text }))),
        await store.list({ finding: 'false-approval' }),
        await store.list({ since: 1_700_000_000_000 }),
        await Promise.all(
          listed.map(async ({ traceId }) => [await store.spans(traceId), await store.trace(traceId), await store.scores(traceId)]),
        ),
        await store.query('SELECT trace_id, name, attributes, resource FROM spans ORDER BY 1, 2', { rows: 100_000, milliseconds: 60_000 }),
      ]);
    } finally {
      await store.close();
    }
  },
  items: (text) => JSON.parse(text)[5].flatMap(([spans]: [unknown[]]) => spans),
};

/** What damage does to a file. */
function damage(bytes: Buffer, random: Random): string {
  const at = Math.floor(random() * bytes.length);
  const kind = Math.floor(random() * 4);
  const place = (offset: number) => Math.min(bytes.length - 1, at + offset);
  if (kind === 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  else if (kind === 1) for (let offset = 0; offset < 8; offset += 1) bytes[place(offset)] = Math.floor(random() * 256);
  else if (kind === 2) bytes.fill(0, at, place(512));
  else bytes.copy(bytes, at, Math.floor(random() * bytes.length), place(64));
  return `${['a bit', 'eight bytes', 'half a kilobyte of zeros', 'bytes from elsewhere'][kind]} at ${at}`;
}

async function run(subject: Subject, rounds: number): Promise<boolean> {
  const { name, fill, read } = subject;
  const folder = mkdtempSync(join(tmpdir(), 'docket-damage-'));
  const random = seededRandom(Number(values.seed));
  const counts = { refused: 0, named: 0, harmless: 0, crashed: 0, different: 0 };
  let kept = 0;
  try {
    const file = join(folder, 'store.db');
    await fill(file);
    const whole = readFileSync(file);
    const expected = await read(file, (message) => {
      throw new Error(`A whole store is called damaged: ${message}`);
    });
    const items = new Set(subject.items(expected).map((item) => JSON.stringify(item)));
    for (let round = 0; round < rounds; round += 1) {
      const damaged = Buffer.from(whole);
      const what = damage(damaged, random);
      for (const ending of ['-wal', '-shm']) rmSync(file + ending, { force: true });
      writeFileSync(file, damaged);
      let told = 0;
      try {
        const found = await read(file, () => {
          told += 1;
        });
        if (told > 0) {
          counts.named += 1;
          const same = subject.items(found).filter((item) => items.has(JSON.stringify(item)));
          kept += same.length / items.size;
        } else if (found === expected) counts.harmless += 1;
        else {
          counts.different += 1;
          console.error(`${name}, ${what}: read back differently without a word`);
        }
      } catch (error) {
        if (error instanceof DocketError) counts.refused += 1;
        else {
          counts.crashed += 1;
          console.error(`${name}, ${what}: ${(error as Error).stack}`);
        }
      }
    }
    console.log(
      `| ${name} | ${(whole.length / 1024).toFixed(0)} KiB | ${rounds} | ${counts.named} | ${((100 * kept) / Math.max(1, counts.named)).toFixed(1)} % | ${counts.refused} | ${counts.harmless} | ${counts.crashed} | ${counts.different} |`,
    );
    return counts.different + counts.crashed === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

console.log(
  '| store | size | damaged | named, the rest is read | of it, on average | refused by name | harmless | crashed | different without a word |',
);
console.log('|---|---|---|---|---|---|---|---|---|');
const ends = [await run(trials, Number(values.trials)), await run(traces, Number(values.traces))];
process.exitCode = ends.every(Boolean) ? 0 : 1;
