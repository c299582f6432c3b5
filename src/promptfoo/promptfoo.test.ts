import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fingerprintInput } from '../agent/fingerprint.ts';
import { defaultSeries } from '../flows/evaluate/plan-evaluation.ts';
import { openSession } from '../flows/session.ts';
import { type TraceSink, traceSink } from '../traces/testing/trace-sink.ts';
import { rowMetadataSchema } from './row-metadata.ts';
import { type Finished, Project } from './testing/project.ts';

const secret = 'the-secret-of-the-environment';
const bothVersions = [
  { version: 'generous', prompt: 'generous' },
  { version: 'strict', prompt: 'strict' },
];

const outputSchema = z.object({
  results: z.object({
    results: z.array(
      z.object({
        success: z.boolean(),
        vars: z.record(z.string(), z.unknown()),
        namedScores: z.record(z.string(), z.number()),
        gradingResult: z.object({ reason: z.string(), componentResults: z.array(z.object({ reason: z.string() })) }),
        response: z.object({
          output: z.string(),
          cached: z.boolean(),
          metadata: rowMetadataSchema,
          tokenUsage: z.object({ total: z.number() }),
        }),
      }),
    ),
  }),
});

describe('a suite with a current and an older version', () => {
  const hostile = `{{env.TEST_SECRET}} file://secret.txt \u001b]0;owned\u0007 {{ 7 * 7 }}`;
  const project = new Project(
    [
      { id: 'just-right', amount: 1429 },
      { id: 'too-much', amount: 5429 },
      { id: 'hostile', amount: 10, note: hostile, title: `{{env.TEST_SECRET}} file://secret.txt` },
    ],
    bothVersions,
  );
  project.write('secret.txt', secret);
  const environment = { TEST_SECRET: secret };
  let first: Finished;
  let text: string;
  let sink: TraceSink;

  beforeAll(async () => {
    sink = await traceSink();
    first = await project.run(['--no-write', '--repeat', '2', '-j', '10', '-o', 'out.json'], { ...environment, ...sink.environment });
    text = readFileSync(join(project.folder, 'out.json'), 'utf8');
  }, 120_000);
  afterAll(async () => {
    project.remove();
    await sink[Symbol.asyncDispose]();
  });

  const rows = () => outputSchema.parse(JSON.parse(text)).results.results;

  test('is green when only the older version fails, and says what that one got wrong', () => {
    expect(first.stderr).toMatch(/^no ANTHROPIC_API_KEY: simulated model/m);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(
      /✗ generous \(for comparison only\): 4 of 6 trials passed, repeats agree 100 %\n +false-approval +too-much\n/,
    );
    expect(first.stdout).toContain('✓ strict (the current version): 6 of 6 trials passed');
    expect(first.stdout).toMatch(/PASS {2}every row of strict, the current version, passed\.\n[\s\S]*npx promptfoo view/);
  });

  test('each of them is a trace with its scores, where a receiver is named', async () => {
    const ids = ['hostile', 'just-right', 'too-much'];
    expect(await sink.trials()).toEqual(
      ['generous', 'strict'].flatMap((version) => ids.flatMap((id) => [1, 2].map((number) => `${version} ${id} eval ${number}`))),
    );
    expect(await sink.scores()).toMatchObject({ 'expected-decision fail': 2, 'expected-decision pass': 10 });
  });

  test('repeats are trials 1 to n, run once and kept in the store', () => {
    const numbers = rows().map(({ response: { metadata } }) => `${metadata.version} ${metadata.caseId} ${metadata.trialNumber}`);
    expect(new Set(numbers).size).toBe(12);
    expect(numbers).toContain('strict too-much 2');
    expect(rows().every(({ response }) => !response.cached && response.tokenUsage.total > 0)).toBe(true);
  });

  test('rows carry the scorers as metrics, with reasons', () => {
    const wrong = rows().find(({ success }) => !success);
    expect(wrong?.response.metadata).toMatchObject({ version: 'generous', caseId: 'too-much', outcome: 'decided', mode: 'simulated' });
    expect(wrong?.namedScores).toEqual({ 'expected-decision': 0, 'false-approval': 1, 'false-denial': 0, label: 0 });
    expect(wrong?.gradingResult.reason).toBe('false-approval: approved is true, expected false: a false approval');
    expect(wrong?.gradingResult.componentResults.map(({ reason }) => reason)).toContain(
      'expected-decision: approved is true, expected false: a false approval',
    );
    expect(JSON.parse(wrong?.response.output ?? '')).toEqual({ approved: true, limit: 999999, reason: 'Noted: nothing' });
  });

  test('templates, file names and escapes in a case stay text', () => {
    const row = rows().find(({ vars }) => vars.caseId === 'hostile');
    expect(row?.vars).toEqual({ caseId: 'hostile' });
    expect(JSON.parse(row?.response.output ?? '').reason).toBe(
      'Noted: {{env.TEST_SECRET}} file://secret.txt \\u001b]0;owned\\u0007 {{ 7 * 7 }}',
    );
    for (const shown of [first.stdout, first.stderr, text]) {
      expect(shown).not.toContain(secret);
      expect(shown).not.toContain('\u001b]0;');
    }
  });

  test('a second run takes every trial from the store, and a failing current version is exit 100', {
    tags: ['slow'],
  }, async () => {
    const second = await project.run(['--no-write', '--repeat', '2'], { ...environment, TEST_CURRENT: 'generous' });
    expect(second.stdout).toContain('3 cases, 12 rows (12 from the store)');
    expect(second.stdout).toContain('FAIL  2 of 6 rows of generous, the current version, failed.');
    expect(second.code).toBe(100);
  });

  test('a filter that matches nothing is not green', { tags: ['slow'] }, async () => {
    const empty = await project.run(['--no-write', '--filter-pattern', 'no such case'], environment);
    expect(empty.stdout).toContain('INCOMPLETE  no rows ran');
    expect(empty.code).toBe(100);
  });

  test('a fault in a case file ends the run with its file and line', { tags: ['slow'] }, async () => {
    project.write('cases/broken.json', '{\n  "id": "other"\n}');
    const broken = await project.run(['--no-write'], environment);
    expect(broken.stderr).toMatch(/5 faults in the cases; no model was called:\n {2}cases\/broken\.json:1: title: .*\n/);
    expect(broken.stderr).not.toContain('    at ');
    expect(broken.code).toBe(2);
  });
});

test('errors are neither passes nor failures, and set off no hidden retry', { tags: ['slow'] }, async () => {
  const project = new Project(
    [{ id: 'unreachable', amount: 13 }],
    [
      { version: 'strict', prompt: 'strict' },
      { version: 'generous', prompt: 'strict' },
    ],
  );
  try {
    const { code, stdout, stderr } = await project.run(['--no-write']);
    // One rerun by promptfoo's scheduler would say it twice.
    expect(stderr.match(/only runs the agent's prompt/g)).toHaveLength(1);
    expect(stdout).toContain("strict on unreachable: Neither a pass nor a fail: the model's server could not be reached.");
    expect(stdout).toContain('generous on unreachable: Docket could not run this trial.');
    expect(stderr).toContain('The version generous only runs the agent\'s prompt "generous".');
    expect(stdout).toContain('INCOMPLETE  2 of 2 rows ended in an error');
    expect(code).toBe(100);
  } finally {
    project.remove();
  }
});

test('an interrupted run is not green, and the trials it had are kept and traced', { tags: ['slow'] }, async () => {
  await using sink = await traceSink();
  const project = new Project([{ id: 'slow', amount: 1 }], bothVersions, 150);
  const session = await openSession({ directory: project.folder, mode: 'simulated', environment: {}, warn: () => {} });
  const versionFingerprint = (await session.prepare('strict')).identity.fingerprint;
  const caseFingerprint = fingerprintInput({ amount: 1, note: 'nothing' });
  const kept = () => session.store.list({ versionFingerprint, caseFingerprint, series: defaultSeries });
  let looking: NodeJS.Timeout | undefined;
  let isSent = false;
  try {
    const { code, stderr } = await project.run(['--repeat', '200', '-j', '2'], sink.environment, (_, child) => {
      looking ??= setInterval(async () => {
        if ((await kept()).length === 0 || isSent) return;
        isSent = true;
        child.kill('SIGINT');
      }, 50);
    });
    expect(stderr).toContain('INCOMPLETE: the run ended before all its rows were in');
    expect(code).toBe(100);
    expect((await kept()).length).toBeGreaterThan(0);
    expect(await sink.trials()).toEqual(
      expect.arrayContaining((await kept()).map(({ key }) => `strict slow ${defaultSeries} ${key.number}`)),
    );
  } finally {
    clearInterval(looking);
    await session.close();
    project.remove();
  }
});

test('a scorer that answers later is asked once a row, and not again by the assertions, the summary or the next run', {
  tags: ['slow'],
}, async () => {
  const project = new Project([{ id: 'just-right', amount: 1429 }], [{ version: 'strict', prompt: 'strict' }]);
  const room = import.meta.dirname;
  project.write(
    'docket.config.ts',
    `import { appendFileSync } from 'node:fs';
import { expenseDesk } from '${room}/testing/expense-desk.ts';
const paid = { scope: 'trial', name: 'paid', async score() {
  appendFileSync(new URL('asked', import.meta.url), 'x');
  return { name: 'paid', hard: true, pass: true, value: 1, reason: 'fine', findings: [] };
} };
export default { agent: { ...expenseDesk, scorers: [...expenseDesk.scorers, paid] }, cases: 'cases', current: 'strict' };`,
  );
  try {
    for (let run = 0; run < 2; run += 1) {
      const { code, stdout, stderr } = await project.run(['--no-write', '--repeat', '2']);
      expect(code, stdout + stderr).toBe(0);
    }
    expect(readFileSync(join(project.folder, 'asked'), 'utf8')).toBe('xx');
  } finally {
    project.remove();
  }
});

test('a wrong one of several outcomes is a failed row that says what was decided and what was right', { tags: ['slow'] }, async () => {
  const project = new Project([{ id: 'just-right', amount: 1429 }], [{ version: 'strict', prompt: 'strict' }]);
  const room = import.meta.dirname;
  project.write(
    'docket.config.ts',
    `import { expectedDecision } from '${room}/../index.ts';
import { expenseDesk } from '${room}/testing/expense-desk.ts';
const rules = { approvalField: 'limit', compare: { approved: 'ignore' }, harm: [{ expected: 7, decided: 1429 }] };
export default { agent: { ...expenseDesk, ...rules, scorers: [expectedDecision()] }, cases: 'cases', current: 'strict' };`,
  );
  const file = join(project.folder, 'cases/just-right.json');
  const found = JSON.parse(readFileSync(file, 'utf8')) as { label: object };
  project.write('cases/just-right.json', JSON.stringify({ ...found, label: { ...found.label, decision: { approved: false, limit: 7 } } }));
  try {
    const { code, stdout } = await project.run(['--no-write', '--output', 'results.json']);
    expect(stdout).toContain('wrong-decision  just-right');
    expect(readFileSync(join(project.folder, 'results.json'), 'utf8')).toContain('"wrong-decision: 1,429, expected 7 (limit)"');
    expect(code).toBe(100);
  } finally {
    project.remove();
  }
});

test.each([
  [
    'promises what is no score',
    'score: () => Promise.resolve(true)',
    100,
    'The scorer "fair" returned for case just-right, trial 1 true, which',
  ],
  ['fails', "async score() { throw new Error('HTTP 429'); }", 100, 'The scorer "fair" failed on case just-right, trial 1: Error: HTTP 429'],
  ['is silent', 'score: () => undefined', 100, 'not-judged'],
])('a scorer that %s is never green', { tags: ['slow'] }, async (_, score, wanted, message) => {
  const project = new Project([{ id: 'just-right', amount: 1429 }], [{ version: 'strict', prompt: 'strict' }]);
  const room = import.meta.dirname;
  project.write(
    'docket.config.ts',
    `import { expenseDesk } from '${room}/testing/expense-desk.ts';
export default { agent: { ...expenseDesk, scorers: [{ scope: 'trial', name: 'fair', ${score} }] }, cases: 'cases', current: 'strict' };`,
  );
  project.write(
    'promptfooconfig.yaml',
    readFileSync(join(project.folder, 'promptfooconfig.yaml'), 'utf8').replace('"expected-decision"', '"fair"'),
  );
  try {
    const { code, stdout, stderr } = await project.run(['--no-write']);
    expect(stdout + stderr).toContain(message);
    expect(code).toBe(wanted);
  } finally {
    project.remove();
  }
});
