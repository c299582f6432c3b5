import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { earlierAccusations } from '../../gate/edition-record.ts';
import { TrialSigner } from '../../trials/trial-signer.ts';
import { loadEditions, saveEditions } from './editions.ts';

const root = mkdtempSync(join(tmpdir(), 'docket-editions-'));
const file = join(root, '.docket/editions.json');
const git = (...words: string[]) => execFileSync('git', words, { cwd: root });
beforeAll(() => {
  git('init', '--quiet', '--template=', '--initial-branch', 'change');
  mkdirSync(join(root, '.docket'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const context = (environment: NodeJS.ProcessEnv = {}, version = 'a'.repeat(64)) => ({
  config: { root },
  mainConfig: { agent: { name: 'clerk' } },
  mode: 'simulated' as const,
  request: { environment },
  candidate: { identity: { fingerprint: version } },
});
const end = (...ids: string[]) => ({ judged: new Set(['heavy', 'light']), accused: new Map(ids.map((id) => [id, 7])) });
/** A first edition that was accused of `heavy`. */
async function begin(environment: NodeJS.ProcessEnv = {}, signer?: TrialSigner): Promise<string> {
  rmSync(file, { force: true });
  const first = context(environment);
  expect(saveEditions(first, await loadEditions(first, signer), end('heavy'), signer)).toBeUndefined();
  return readFileSync(file, 'utf8');
}
const counted = async (environment: NodeJS.ProcessEnv = {}, version = 'b') => [
  ...earlierAccusations((await loadEditions(context(environment), undefined)).record, version, () => 0),
];

describe('the record of editions', () => {
  it('counts the editions that were accused, forgets what is cleared, and keeps what was not run', async () => {
    await begin();
    expect(await counted()).toEqual([['heavy', 1]]);
    const second = context({}, 'b'.repeat(64));
    saveEditions(second, await loadEditions(second, undefined), end('heavy', 'light'), undefined);
    expect(await counted()).toEqual([
      ['heavy', 2],
      ['light', 1],
    ]);
    const third = context({}, 'c'.repeat(64));
    saveEditions(third, await loadEditions(third, undefined), { judged: new Set(['light']), accused: new Map() }, undefined);
    expect(await counted()).toEqual([['heavy', 2]]);
    // Where no rounds came to an end, all stays.
    saveEditions(third, await loadEditions(third, undefined), undefined, undefined);
    expect(await counted()).toEqual([['heavy', 2]]);
    saveEditions(third, await loadEditions(third, undefined), end(), undefined);
    expect(await counted()).toEqual([]);
  });

  it('does not hold an edition to its own verdict, unless its trials are lost', async () => {
    await begin();
    const { record } = await loadEditions(context(), undefined);
    expect(earlierAccusations(record, 'a'.repeat(64), () => 7).get('heavy')).toBe(0);
    expect(earlierAccusations(record, 'a'.repeat(64), () => 6).get('heavy')).toBe(1);
    expect(earlierAccusations(record, 'b'.repeat(64), () => 7).get('heavy')).toBe(1);
  });

  it('is one for each branch, agent and mode, and takes the branch of a pull request from GitHub', async () => {
    await begin({ GITHUB_HEAD_REF: 'feature/parcels' });
    expect(await counted()).toEqual([]);
    expect(await counted({ GITHUB_HEAD_REF: 'feature/parcels' })).toEqual([['heavy', 1]]);
    const live = { ...context({ GITHUB_HEAD_REF: 'feature/parcels' }), mode: 'live' as const };
    expect((await loadEditions(live, undefined)).record.cases).toEqual([]);
  });

  it('is not made where nothing is accused', async () => {
    rmSync(file, { force: true });
    saveEditions(context(), await loadEditions(context(), undefined), end(), undefined);
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });

  const edits: readonly (readonly [name: string, edit: (text: string) => string, words: string])[] = [
    ['is emptied', () => '', 'not JSON'],
    ['is cut off', (text) => text.slice(0, -20), 'not JSON'],
    ['is another kind of file', () => '{"format":1}', 'no record of editions'],
    ['holds no accusation any more', (text) => text.replace(/"records":\[.*\],/, '"records":[],'), 'was changed after'],
    ['is accused of another case', (text) => text.replace('heavy', 'light'), 'was changed after'],
    ['is of another branch', (text) => text.replace('"change"', '"other"'), 'was changed after'],
    ['says that fewer runs were made', (text) => text.replace('"runs":7', '"runs":0'), 'was changed after'],
    ['holds terminal escapes', (text) => text.replace('heavy', '\\u001b[2J'), 'no record of editions'],
    ['is larger than it can be', () => ' '.repeat(2 * 1024 * 1024), 'more than 1 MB'],
  ];
  it.each(edits)('is not used, said, lost, and not written over when it %s', async (_name, edit, words) => {
    const changed = edit(await begin());
    writeFileSync(file, changed);
    const editions = await loadEditions(context(), undefined);
    expect(editions).toMatchObject({ isLost: true, faults: [expect.stringContaining(words)], record: { cases: [] } });
    saveEditions(context(), editions, end(), undefined);
    expect(readFileSync(file, 'utf8')).toBe(changed);
  });

  it('is not used where git tracks it', async () => {
    await begin();
    git('add', '--force', '.docket/editions.json');
    expect(await loadEditions(context(), undefined)).toMatchObject({ isLost: true, faults: [expect.stringContaining('git tracks it')] });
    git('rm', '--quiet', '--cached', '.docket/editions.json');
    expect((await loadEditions(context(), undefined)).isLost).toBe(false);
  });

  it('needs the same secret, where there is one: a checksum is no signature', async () => {
    const [one, other] = ['a', 'b'].map((letter) => new TrialSigner(letter.repeat(32)));
    await begin({}, one);
    expect((await loadEditions(context(), one)).record.cases).toHaveLength(1);
    for (const signer of [other, undefined]) expect((await loadEditions(context(), signer)).isLost).toBe(true);
    await begin();
    expect((await loadEditions(context(), one)).isLost).toBe(true);
  });

  it('is joined with what the comment of the pull request holds, and made up for by it', async () => {
    const comment = join(root, 'comment.json');
    writeFileSync(comment, await begin());
    const environment = { DOCKET_EDITIONS: comment };
    const second = context({}, 'b'.repeat(64));
    saveEditions(second, await loadEditions(second, undefined), end('heavy', 'light'), undefined);
    expect(await counted(environment, 'c')).toEqual([
      ['heavy', 2],
      ['light', 1],
    ]);
    writeFileSync(file, '{}');
    const editions = await loadEditions(context(environment), undefined);
    expect(editions).toMatchObject({ isLost: false, faults: [expect.stringContaining('no record')], record: { cases: [{ id: 'heavy' }] } });
    expect((await loadEditions(context({ DOCKET_EDITIONS: join(root, 'missing') }), undefined)).isLost).toBe(true);
  });
});
