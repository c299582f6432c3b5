import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { runHere } from '../../src/cli/testing/run-here.ts';
import { type Deployment, readCompose, readManifest, workerFiles } from '../bench/deployment-files.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const numberAfter = (words: readonly string[], option: string) => Number(words[words.indexOf(option) + 1]);
const files: readonly Deployment[] = [readCompose(), readManifest()];

// What they do is tried by evals/bench/compose-walk.ts, which takes minutes and needs root.
describe.each(files)('$file', ({ migrate, worker, planner }) => {
  it('gives a worker longer to end than --drain', () => {
    const drain = numberAfter(worker.words, '--drain');
    expect(drain).toBeGreaterThan(0);
    expect(worker.graceSeconds).toBeGreaterThanOrEqual(drain + 30);
  });

  it('starts nothing as root, and lets nothing write but in what is its own', () => {
    for (const { user, isReadOnly, writable } of [migrate, worker, planner]) {
      expect([user, isReadOnly]).toEqual([1000, true]);
      expect(writable).toEqual(expect.arrayContaining(['/tmp', '/app/.docket']));
    }
    expect(planner.writable).toContain('/app/reports');
  });

  it('starts a worker again whenever it ended, and nothing else', () => {
    expect([migrate, worker, planner].map(({ restarts }) => restarts)).toEqual([false, true, false]);
    expect(worker.replicas).toBeGreaterThan(1);
  });

  it('says words that the command line takes, up to the store that is missing here', async () => {
    for (const { words } of [migrate, worker, planner]) {
      const [program, ...rest] = words;
      expect(program).toBe('docket');
      const { code, stderr } = await runHere(rest, { directory: repository, environment: { DOCKET_STORE: '' } });
      expect([code, stderr]).toEqual([2, expect.stringContaining('shared store')]);
    }
  });
});

it('both files say the same words, and the manifest names one image and no token', () => {
  const [compose, manifest] = files;
  for (const part of ['migrate', 'worker', 'planner'] as const) expect(compose?.[part].words).toEqual(manifest?.[part].words);
  const text = readFileSync(join(workerFiles, 'kubernetes.yaml'), 'utf8');
  expect(new Set([...text.matchAll(/image: (\S+)/g)].map(([, image]) => image)).size).toBe(1);
  const pods = parseAllDocuments(text)
    .map((document) => document.toJS().spec.template?.spec)
    .filter((pod) => pod !== undefined);
  expect(pods.map(({ automountServiceAccountToken }) => automountServiceAccountToken)).toEqual([false, false, false]);
  expect(Object.keys(parse(readFileSync(join(workerFiles, 'docker-compose.yml'), 'utf8')).secrets).length).toBe(4);
});
