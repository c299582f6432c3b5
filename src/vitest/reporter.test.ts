import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { SuiteProject } from './testing/suite-project.ts';
import { hostileReason, unusualHeights } from './testing/turnstile.ts';

/** Several runs of vitest, each a second or more of its own. */
const timeout = 120_000;
const passing = "describeCases('strict', ({ trials }) => { expect(trials).toPass(); });";

test('one line a case, below the mode; a failure names trials, faults and the commands that show it again', {
  timeout,
  tags: ['slow'],
}, async () => {
  using project = new SuiteProject({ gone: unusualHeights.unreachable, hostile: unusualHeights.hostile, small: 100, tall: 180 });
  project.writeSuite(
    'visitors.eval.ts',
    `describe("it's a $5 (lax) ride", () => {
      describeCases('lax', { trials: 4, cases: ['small', 'tall'] }, ({ trials }) => {
        expect(trials).toDecide({ admitted: true });
        expect(trials).toPass();
      });
    });
    describeCases('strict', { cases: ['gone', 'hostile'] }, ({ trials }) => { expect(trials).toDecide({ reason: 'x' }); });`,
  );
  const { code, output } = await project.run();
  expect(code).toBe(1);
  expect(output.indexOf('Docket: simulated model, an offline stand-in')).toBeLessThan(output.indexOf('4/4'));
  expect(output).toMatch(/✓ tall {5}lax {5}4\/4\n/);
  expect(output).toMatch(/✗ small {4}lax {5}0\/4 {2}false-approval ×4\n/);
  expect(output).toContain('Expected every trial to pass, but 4 of 4 do not:');
  expect(output).toContain('small lax, trials 1, 2, 3 and 4: expected-decision: admitted is true, expected false: a false approval');
  expect(output).toContain('npx docket eval --versions lax --case small --trials 4 --mode simulated');

  // What the machinery ended is neither a pass nor a fail.
  expect(output).toMatch(/! gone {5}strict {2}0\/0 {2}3 stopped by infra errors \(server\)/);
  expect(output).toContain("INCOMPLETE: of 3 trials, 3 ended in an infra error, not by the agent's own doing.");
  expect(output).toContain('server: The turnstile cannot be reached.');

  // What a model says does nothing to a terminal.
  expect(output).toContain('\\u001b[2J\\u202eneerg');
  for (const hostile of hostileReason.match(/[\p{Cc}\p{Cf}]/gu) ?? []) expect(output).not.toContain(hostile);

  const again = await project.shell(/npx vitest run .*\(lax.*small.*/.exec(output)?.[0] ?? '');
  expect(again.output).toMatch(/✗ small {2}lax {2}0\/4 {2}false-approval ×4\n/);
  expect(again.output).not.toMatch(/[✓✗!] (?:tall|gone)/);
  expect(again.code).toBe(1);
});

test('alone it prints what went wrong, and beside another that does it leaves that to the other', { timeout, tags: ['slow'] }, async () => {
  using project = new SuiteProject({ small: 100 });
  project.writeSuite('visitors.eval.ts', "describeCases('lax', ({ trials }) => { expect(trials).toDecide({ admitted: false }); });");
  project.writeSuite('broken.eval.ts', "import './nowhere.ts';");
  const reporter = `--reporter=${import.meta.dirname}/reporter.ts`;
  for (const more of [[], ['--reporter=json'], ['--reporter=dot']]) {
    const { code, output } = await project.run([reporter, ...more]);
    expect(output).toMatch(/✗ small +lax +0\/3/);
    expect(output.match(/admitted is true, expected false/g), output).toHaveLength(1);
    expect(output).toMatch(/FAIL.* broken\.eval\.ts/);
    expect(output).toContain('nowhere.ts');
    expect(code).toBe(1);
  }
});

test('a run in which no test ran is red, and says why', { timeout, tags: ['slow'] }, async () => {
  using project = new SuiteProject();
  project.writeSuite('visitors.eval.ts', passing);
  const unmatched = await project.run(['-t', 'nomatch']);
  expect(unmatched.output).toContain(
    'No test ran (all tests of 1 file were skipped), so nothing was proven. The pattern of -t is nomatch.',
  );
  expect(unmatched.output.match(/No test ran/g)).toHaveLength(1);
  expect(unmatched.code).toBe(1);
  const otherReporter = await project.run(['-t', 'nomatch', '--reporter=dot']);
  expect(otherReporter.output.match(/No test ran/g)).toHaveLength(1);
  expect(otherReporter.code).toBe(1);
  const noFile = await project.run(['--passWithNoTests', 'nofile']);
  expect(noFile.output).toContain('No test ran (no file was chosen), so nothing was proven.');
  expect(noFile.code).toBe(1);
});

test('a test run is simulated whatever keys there are; only who asks for it is asked to pay', { timeout, tags: ['slow'] }, async () => {
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    request.resume();
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    using project = new SuiteProject({ tall: 180 });
    project.writeSuite('visitors.eval.ts', passing);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const key = 'sk-ant-not-a-key-0123456789';
    project.write('.env', `ANTHROPIC_API_KEY=${key}\nANTHROPIC_BASE_URL=${url}\n`);

    const simulated = await project.run([], { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: url });
    expect(simulated.output).toMatch(/✓ tall {2}strict {2}3\/3\n/);
    expect(simulated.code).toBe(0);
    expect(calls).toBe(0);

    const live = await project.run([], { DOCKET_EVALS_MODE: 'auto' });
    expect(calls).toBeGreaterThan(0);
    expect(live.output).toContain('Docket: live model.');
    expect(live.output).toMatch(/! tall {2}strict {2}0\/0 {2}\d stopped by infra errors \(authentication\)/);
    expect(live.output).not.toContain(key);
    expect(live.code).toBe(1);
  } finally {
    server.close();
  }
});

test('what one suite overrides reaches no other, however vitest shares modules between them', { timeout, tags: ['slow'] }, async () => {
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    request.resume();
    response.writeHead(401, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    using project = new SuiteProject({ tall: 180 });
    const simulated = "import { alwaysSimulated } from 'docket/vitest';\ntest.override('evalsMode', alwaysSimulated);\n";
    const own = simulated.replace("'docket/vitest'", `'${import.meta.dirname}/index.ts'`);
    // Of its own fixtures, made of a test that several files import.
    project.write(
      'made.ts',
      `import { test } from '${import.meta.dirname}/index.ts';\nexport const made = test.extend('word', 'shared');\n`,
    );
    const madeOne = "import { made } from './made.ts';\n";
    project.writeSuite(
      'a.eval.ts',
      `${own}${madeOne}made.override('word', 'own');\n${passing}\nmade('word', ({ word }) => { expect(word).toBe('own'); });`,
    );
    project.writeSuite('b.eval.ts', `describe('first in a describe', () => { ${passing} });`);
    project.writeSuite(
      'c.eval.ts',
      `${madeOne}made('word', async ({ word, docket }) => { expect(word).toBe('shared'); expect(await docket.run('strict')).toPass(); });`,
    );
    for (const isolation of ['--no-isolate', '--isolate']) {
      calls = 0;
      const { output, code } = await project.run(
        [isolation, '--maxWorkers=1', '--sequence.seed=1', 'a.eval.ts', 'b.eval.ts', 'c.eval.ts'],
        {
          DOCKET_EVALS_MODE: 'live',
          ANTHROPIC_API_KEY: 'sk-ant-not-a-key-0123456789',
          ANTHROPIC_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        },
      );
      expect(calls, output).toBeGreaterThan(1);
      expect(output).toMatch(/✓ tall {2}strict {2}3\/3\n/);
      expect(output.match(/! tall {2}strict {2}0\/0/g), output).toHaveLength(2);
      expect(output).toContain('2 failed | 2 passed');
      expect(code).toBe(1);
    }
  } finally {
    server.close();
  }
});
