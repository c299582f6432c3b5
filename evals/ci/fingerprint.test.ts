import { afterAll, beforeAll, expect, test } from 'vitest';
import { runHere } from '../../src/cli/testing/run-here.ts';
import { ParcelRepository } from './testing/parcel-repository.ts';

let repository: ParcelRepository;
let checkout: string;

beforeAll(async () => {
  repository = await ParcelRepository.create();
  checkout = repository.propose('readme', { 'README.md': 'Parcels.\n' }).checkOut();
});
afterAll(() => repository[Symbol.dispose]());

async function fingerprint(directory: string, ...words: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await runHere(['fingerprint', '--json', '--against', 'origin/main', ...words], { directory });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

test('is the same in every checkout, whatever the agent cannot see', { tags: ['slow'] }, async () => {
  const found = await fingerprint(checkout);
  expect(found).toMatchObject({ kind: 'fingerprint', mode: 'simulated', epoch: 1, store: '.docket/docket.db' });
  expect(found.key).toMatch(/^parcel-clerk-[0-9a-f]{32}-1$/);
  const elsewhere = repository.propose('licence', { LICENSE: 'MIT\n' }).checkOut();
  expect(await fingerprint(elsewhere)).toEqual(found);
});

test('changes with one word of the prompt', { tags: ['slow'] }, async () => {
  const changed = repository.propose('one-word', { 'prompt.md': 'You are a clerk. Take no parcel above the limit.\n' }).checkOut();
  expect((await fingerprint(changed)).key).not.toBe((await fingerprint(checkout)).key);
});

test('changes with the epoch of the baseline that is compared with', { tags: ['slow'] }, async () => {
  const refreshed = repository.propose('epoch', repository.withEpoch(4)).checkOut();
  const found = await fingerprint(refreshed, '--against', 'HEAD');
  expect(found).toMatchObject({ epoch: 4 });
  expect(found.key).not.toBe((await fingerprint(checkout)).key);
});

test('without a baseline on main the key is that of no epoch', async () => {
  const first = repository.initialCommit();
  const found = await fingerprint(checkout, '--against', first);
  expect(found).toMatchObject({ epoch: 0, key: expect.stringMatching(/-0$/) });
});

test('for people it is five lines', async () => {
  const { stdout } = await runHere(['fingerprint'], { directory: checkout });
  expect(stdout.split('\n').map((line) => line.split(' ')[0])).toEqual(['candidate', 'fingerprint', 'baseline', 'key', 'store', '']);
});
