import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Verdict, verdictSchema } from '../../contracts/verdict.ts';
import { placeOfMain } from '../../flows/gate/base-checkout.ts';
import { openTrialStoreToRead } from '../../trials/open-trial-store.ts';
import { type GateProject, gateFiles, gateProject } from '../testing/gate-project.ts';
import { changing, judge, laxPrompt } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

const main = gateProject();
beforeAll(async () => {
  await runHere(['baseline', 'accept'], main);
  main.commit('The baseline');
});
afterAll(() => main[Symbol.dispose]());

/** A pull request with a bad prompt, and what it does about its store. */
type Trick = (project: GateProject, at: (path: string) => string) => void;

const configured =
  (store: string): Trick =>
  (project) =>
    project.write('docket.config.ts', gateFiles.config({ store }));
/** Commits something at that place, whatever is ignored; a database is not needed for that. */
const committed = (project: GateProject, path: string) => {
  project.write(path, 'trials');
  project.git('add', '--force', '--', path);
  project.git('commit', '--quiet', '--message', 'A store');
};

const tricks: readonly (readonly [name: string, trick: Trick, words: string])[] = [
  ['is committed', (project) => project.git('add', '--force', '.docket/docket.db'), '.docket/docket.db: git tracks'],
  ['is completed by a committed log', (project) => committed(project, '.docket/docket.db-wal'), '.docket/docket.db-wal: git tracks'],
  [
    'is completed by a committed journal',
    (project) => committed(project, '.docket/docket.db-journal'),
    '.docket/docket.db-journal: git tracks',
  ],
  [
    'is a committed link to a file that is not committed',
    (project, at) => {
      renameSync(at('.docket/docket.db'), at('.docket/other.db'));
      symlinkSync('other.db', at('.docket/docket.db'));
      project.git('add', '--force', '.docket/docket.db');
    },
    '.docket/docket.db: git tracks',
  ],
  [
    'is reached by a link to a committed file',
    (project, at) => {
      committed(project, 'data/good.db');
      rmSync(at('.docket/docket.db'));
      symlinkSync('../data/good.db', at('.docket/docket.db'));
    },
    'data/good.db: git tracks',
  ],
  [
    'was committed and taken out again',
    (project) => {
      committed(project, '.docket/docket.db');
      project.git('rm', '--quiet', '--cached', '.docket/docket.db');
      project.commit('Nothing to see');
    },
    'a commit of this branch',
  ],
  [
    'came with a merge of another branch, and went',
    (project) => {
      project.git('switch', '--quiet', '--create', 'side', 'main');
      committed(project, '.docket/docket.db');
      project.git('rm', '--quiet', '--cached', '.docket/docket.db');
      project.git('commit', '--quiet', '--message', 'Nothing to see');
      project.git('switch', '--quiet', 'change');
      project.git('merge', '--quiet', '--no-ff', '--message', 'Merge', 'side');
    },
    'a commit of this branch',
  ],
];

/** Stores that the pull request's configuration names. */
const named: readonly (readonly [name: string, trick: Trick])[] = [
  [
    'is named by the configuration and committed elsewhere',
    (project, at) => {
      committed(project, 'fixtures/answers.bin');
      configured('fixtures/answers.bin')(project, at);
    },
  ],
  [
    'has a name that nobody sees, in another case and another form of its accents',
    (project, at) => {
      committed(project, 'data/\u200be\u0301.DB');
      configured('data/\u200b\u00e9.db')(project, at);
    },
  ],
  [
    'lies behind a committed link of a folder',
    (project, at) => {
      mkdirSync(at('.docket/place'));
      symlinkSync('.docket/place', at('place'));
      project.git('add', '--force', 'place');
      configured('place/docket.db')(project, at);
    },
  ],
  [
    'lies in another repository inside this one',
    (project, at) => {
      mkdirSync(at('vendor'));
      execFileSync('git', ['init', '--quiet', at('vendor')]);
      configured('vendor/docket.db')(project, at);
    },
  ],
  ['lies outside the repository', configured(join(tmpdir(), 'docket-elsewhere.db'))],
];

describe('a trial store that the pull request names', () => {
  const isNotUsed = async (...[, trick]: (typeof named)[number]) => {
    using project = changing(main, { 'prompts/v1.md': laxPrompt });
    trick(project, (path) => join(project.directory, path));
    const { verdict } = await judge(project);
    expect(verdict).toMatchObject({ verdict: 'regressed', exitCode: 1, spending: { trials: { reused: 0 } } });
  };
  it.each(named)('is not used: one that %s', { tags: ['slow'] }, isNotUsed);
});

describe('the gate refuses a trial store that', () => {
  const isRefused = async (...[, trick, words]: (typeof tricks)[number]) => {
    using project = changing(main, { 'prompts/v1.md': laxPrompt });
    trick(project, (path) => join(project.directory, path));
    const { verdict } = await judge(project);
    expect(verdict).toMatchObject({ verdict: 'error', exitCode: 2 });
    expect(verdict.reason).toContain(words);
  };
  it.each(tricks.slice(0, 1))('%s', isRefused);
  it.each(tricks.slice(1))('%s', { tags: ['slow'] }, isRefused);

  it('git tracks, in docket fingerprint too, so that no cache keeps it', async () => {
    using project = changing(main, { 'prompts/v1.md': laxPrompt });
    committed(project, '.docket/docket.db');
    const { code, stdout } = await runHere(['fingerprint', '--json'], project);
    expect(code).toBe(2);
    expect(stdout).toContain('.docket/docket.db: git tracks the trial store');
  });
});

describe('trials that are signed', () => {
  const secret = '0123456789abcdef0123456789abcdef';
  const gate = async (
    project: GateProject,
    environment: Readonly<Record<string, string>>,
  ): Promise<Verdict & { readonly verdict: 'regressed' }> => {
    const { stdout } = await runHere(['gate', '--json'], { directory: project.directory, environment });
    const verdict = verdictSchema.parse(JSON.parse(stdout));
    if (verdict.verdict !== 'regressed') throw new Error(stdout);
    return verdict;
  };
  const kinds = ({ notices }: Verdict) => notices.map(({ kind }) => kind);
  const database = (project: GateProject) => new DatabaseSync(join(project.directory, '.docket/docket.db'));

  it('are the only ones that are used again, and the others are run again, said in one notice', { tags: ['slow'] }, async () => {
    using project = changing(main, { 'prompts/v1.md': laxPrompt });
    const unsigned = await gate(project, {});
    expect(unsigned.spending.trials).toMatchObject({ spent: 10, reused: 0 });
    const first = await gate(project, { DOCKET_STORE_SECRET: secret });
    expect(first.spending.trials).toMatchObject({ spent: 10, reused: 0 });
    // Main's 40 are unsigned as well; its counts are committed.
    expect(first.notices).toContainEqual({ kind: 'unsigned-trials', message: expect.stringContaining('50 stored trials were not signed') });
    const second = await gate(project, { DOCKET_STORE_SECRET: secret });
    expect(second.spending.trials).toMatchObject({ spent: 0, reused: 10 });
    const without = await gate(project, {});
    expect(without.spending.trials).toMatchObject({ spent: 0, reused: 10 });
    expect(kinds(without)).not.toContain('unsigned-trials');
    const stranger = await gate(project, { DOCKET_STORE_SECRET: `${secret}!` });
    expect(stranger.spending.trials).toMatchObject({ spent: 10, reused: 0 });
  });

  it('lose their signature when they are changed or copied under another key', { tags: ['slow'] }, async () => {
    using project = changing(main, { 'prompts/v1.md': laxPrompt });
    await gate(project, { DOCKET_STORE_SECRET: secret });
    using copied = project.branchAs('copied');
    const store = database(copied);
    // Every case has the trial of another one, signature and all.
    store.exec(`UPDATE trials SET trial = (SELECT other.trial FROM trials other WHERE other.selection <> trials.selection AND other.number = trials.number LIMIT 1);
      UPDATE signatures SET signature = (SELECT other.signature FROM signatures other WHERE other.selection <> signatures.selection AND other.number = signatures.number LIMIT 1);`);
    store.close();
    expect((await gate(copied, { DOCKET_STORE_SECRET: secret })).spending.trials).toMatchObject({ spent: 10, reused: 0 });
    const edited = database(project);
    edited.exec(`UPDATE trials SET trial = replace(trial, '"accepted":true', '"accepted":false')`);
    edited.close();
    const { spending, accusation } = await gate(project, { DOCKET_STORE_SECRET: secret });
    expect(accusation.cause).toBe('case');
    expect(spending.trials.spent).toBeGreaterThan(0);
  });

  it('need a secret that cannot be guessed, and never from a .env of the change', { tags: ['slow'] }, async () => {
    using project = changing(main, { 'prompts/v1.md': laxPrompt });
    const { stdout, code } = await runHere(['gate', '--json'], {
      directory: project.directory,
      environment: { DOCKET_STORE_SECRET: 'short' },
    });
    expect(code).toBe(2);
    expect(stdout).toContain('DOCKET_STORE_SECRET has 5 characters and needs at least 32');
    project.write('.gitignore', `${project.read('.gitignore')}.env\n`);
    project.write('.env', `DOCKET_STORE_SECRET=${secret}\n`);
    expect(kinds(await gate(project, {}))).not.toContain('unsigned-trials');
    const store = database(project);
    expect(store.prepare('SELECT count(*) AS signatures FROM signatures').get()).toEqual({ signatures: 0 });
    store.close();
  });

  it('may lie anywhere: the signature vouches for them', { tags: ['slow'] }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'docket-store-'));
    using project = changing(main, {
      'prompts/v1.md': laxPrompt,
      'docket.config.ts': gateFiles.config({ store: join(folder, 'docket.db') }),
    });
    copyFileSync(join(project.directory, '.docket/docket.db'), join(folder, 'docket.db'));
    expect((await gate(project, { DOCKET_STORE_SECRET: secret })).spending.trials).toMatchObject({ spent: 22, reused: 0 });
    rmSync(folder, { recursive: true });
  });
});

it('trials of a run in which something wrote where main is loaded from are not kept', { tags: ['slow'] }, async () => {
  using project = changing(main, {});
  const { root } = await placeOfMain(project.directory, project.git('rev-parse', 'main').trim());
  // With each trial, so that main is another one while it is being compared with.
  const tampering = `
import { appendFileSync, existsSync } from 'node:fs';
export const weigh = (weight) => {
  if (existsSync('${root}/scales.ts')) appendFileSync('${root}/scales.ts', '// here');
  return \`Weight: \${weight} kg. Limit: 20 kg.\`;
};
`;
  project.write('scales.ts', tampering);
  const stored = async () => {
    const store = openTrialStoreToRead(join(project.directory, '.docket/docket.db'));
    const { length } = await store.newest(1000);
    await store.close();
    return length;
  };
  const before = await stored();
  const { verdict, code } = await judge(project);
  expect(code).toBe(2);
  expect(verdict.reason).toContain("something changed what judges it: main's scales.ts");
  expect(before).toBeGreaterThan(0);
  expect(await stored()).toBe(before);
});
