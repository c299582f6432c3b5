import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Model } from '../../model/model.ts';
import { simulatedModel } from '../../model/simulated.ts';
import type { Simulator } from '../../model/simulator.ts';
import { type ReceivedRequest, type ServeModelOptions, serveModel } from '../../model/stand-in/serve-model.ts';
import { unannounced } from '../../model/testing/loopback.ts';
import { fixtureProject } from '../testing/fixture-project.ts';
import { parcelDesk, unusualWeights } from '../testing/parcel-desk.ts';
import { runDocket } from '../testing/run-docket.ts';
import { runHere } from '../testing/run-here.ts';

interface Line {
  readonly line: number;
  readonly decision?: { readonly accepted: boolean };
  readonly outcome?: { readonly kind: string };
  readonly findings: readonly { readonly code: string }[];
}

const parcels = (weights: readonly number[]) => `${weights.map((weight) => JSON.stringify({ weight, worth: 10 })).join('\n')}\n`;
const linesOf = (text: string): Line[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
    .toSorted((one, other) => one.line - other.line);

/** A project with a file of parcels. */
function bulk(text: string, options = {}) {
  const project = fixtureProject(options);
  onTestFinished(() => project[Symbol.dispose]());
  const { directory } = project;
  const at = (name: string) => join(directory, name);
  writeFileSync(at('in.jsonl'), text);
  return {
    at,
    directory,
    read: (name = 'out.jsonl') => readFileSync(at(name), 'utf8'),
    decide: (words: readonly string[] = [], environment = {}) =>
      runHere(['decide', '--lines', 'in.jsonl', '--output', 'out.jsonl', ...words], { directory, environment }),
  };
}

const clerk = simulatedModel(parcelDesk.simulator as Simulator);

/** A server that answers as a live model would, and counts who asked. */
async function model(serving: ServeModelOptions = {}, answering: Model = clerk) {
  const requests: ReceivedRequest[] = [];
  const served = await serveModel(unannounced(answering), {
    onRequest: (request) => requests.push(request),
    ...serving,
  });
  onTestFinished(() => served.close());
  return { requests, environment: { ANTHROPIC_API_KEY: 'sk-ant-nobody', ANTHROPIC_BASE_URL: served.url } };
}

describe('docket decide --lines', () => {
  test('gives each line a result with its number, on stdout or in a file, twice the same input too', async () => {
    const text = `\uFEFF${parcels([5, 30])}\r\n${parcels([5, unusualWeights.refuses, unusualWeights.contradictsItself]).trimEnd()}`;
    const { directory, decide, read, at } = bulk(text);
    const printed = await runHere(['decide', '--lines', 'in.jsonl', '--version', 'v2'], { directory });
    const written = await decide(['--json']);
    expect([printed.code, written.code]).toEqual([1, 1]);
    for (const lines of [linesOf(printed.stdout), linesOf(read())]) {
      expect(lines).toMatchObject([
        { line: 1, decision: { accepted: true, fee: 10 }, version: { name: 'v2' }, mode: 'simulated', traceId: expect.any(String) },
        { line: 2, decision: { accepted: false } },
        { line: 4, decision: { accepted: true } },
        { line: 5, outcome: { kind: 'refused' } },
        { line: 6, decision: { accepted: true }, findings: [{ code: 'wrong-fee' }] },
      ]);
      expect(lines[3]).not.toHaveProperty('decision');
      expect(lines[0]).not.toHaveProperty('outcome');
    }
    expect(JSON.parse(written.stdout)).toMatchObject({
      kind: 'decided-lines',
      decided: 4,
      undecided: 1,
      reused: 0,
      failed: 0,
      notStarted: 0,
      bad: 0,
      withFindings: 1,
    });
    expect(written.stderr).toContain('4 lines decided, 1 without a decision, 1 with findings');
    // Hostile text is written out, and the file is for its owner to read.
    expect(read()).not.toContain('\u001B');
    expect(existsSync(at('.docket/.gitignore'))).toBe(true);
  });

  test('tells every bad line by its number before any call, or leaves it out', async () => {
    const { environment, requests } = await model();
    const { decide, read, at } = bulk(`${parcels([5])}{"weight": 5\n[]\n{"weight": -1, "worth": 10}\n${parcels([30])}`);
    const refused = await decide([], environment);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /3 lines are no input of the agent; no model was called\.\n.*in\.jsonl:2: is not JSON .*\n.*in\.jsonl:3: the input: .*\n.*in\.jsonl:4: weight: must be more than 0 kg/,
    );
    expect(requests).toEqual([]);
    expect(existsSync(at('out.jsonl'))).toBe(false);
    const { code, stderr } = await decide(['--skip-bad'], environment);
    expect(stderr).toContain('warning: line 4 is left out: weight: must be more than 0 kg');
    expect(stderr).toContain('2 lines decided, 0 without a decision, 3 left out');
    expect(linesOf(read()).map(({ line }) => line)).toEqual([1, 5]);
    expect(code).toBe(0);
    const nothing = bulk('{"weight": 5\n[]\n');
    expect(await nothing.decide(['--skip-bad'], environment)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('No line is left to decide'),
    });
  });

  test('says what it may cost, stops at the budget, and goes on where it stopped', async () => {
    const { environment, requests } = await model();
    const { decide, read } = bulk(parcels([1, 2, 3, 4, 5, 6]), { concurrency: 1 });
    const first = await decide(['--budget', '0.002'], environment);
    expect(first.stderr).toContain('6 lines to decide, 0 decided before, 48 requests at most, the cost is not known in advance');
    expect(first.stderr).toContain('It ended early: The budget of $0.0020 is spent');
    expect(first.stderr).toMatch(
      /\d lines have no result\. Continue with:\n {2}docket decide --lines in\.jsonl --output out\.jsonl --budget 0\.002/,
    );
    expect(first.code).toBe(3);
    const before = linesOf(read()).length;
    expect(before).toBeGreaterThan(0);
    const asked = requests.length;
    const second = await decide([], environment);
    expect(second).toMatchObject({ code: 0, stderr: expect.stringContaining(`${before} decided before`) });
    expect(linesOf(read()).map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6]);
    // Two calls a line, for those that had no result.
    expect(requests.length - asked).toBe(2 * (6 - before));
  });

  test('ends when the reader goes away, pays for no more lines, and keeps what nobody read', { tags: ['slow'] }, async () => {
    // So slow after some lines that whoever reads three has gone long before the last, on a busy machine, too.
    const { environment, requests } = await model({ fault: (number) => (number > 10 ? { kind: 'delay', milliseconds: 200 } : undefined) });
    const { directory, at } = bulk(parcels(Array.from({ length: 40 }, (_, index) => index + 1)));
    const words = ['decide', '--lines', 'in.jsonl', '--concurrency', '2'];
    const main = join(import.meta.dirname, '../main.ts');
    const shell = spawn('bash', ['-c', '"$@" | head -n 3; exit "${PIPESTATUS[0]}"', '-', process.execPath, main, ...words], {
      cwd: directory,
      env: { PATH: process.env.PATH, ...environment },
    });
    const [read, told, [code]] = await Promise.all([text(shell.stdout), text(shell.stderr), once(shell, 'close')]);
    expect(code).toBe(141);
    expect(linesOf(read)).toHaveLength(3);
    expect(told).toMatch(
      /Whoever read the output went away after \d+ of 40 lines; no more were begun\. \d results? that nobody read (?:is|are) in \.docket\/undelivered\.jsonl/,
    );
    expect(told).not.toMatch(/EPIPE|Error/);
    const kept = linesOf(readFileSync(at('.docket/undelivered.jsonl'), 'utf8'));
    // Two calls a line; of what a pipe holds while its reader ends nobody can say more than that it was written.
    expect(requests.length).toBeLessThanOrEqual(2 * (3 + kept.length + 8));
    expect(new Set([...linesOf(read), ...kept].map(({ line }) => line)).size).toBe(3 + kept.length);
    expect(kept.every(({ decision }) => decision !== undefined)).toBe(true);
  });

  test.each(['SIGKILL', 'SIGINT'] as const)('pays for nothing twice after %s', { tags: ['slow'] }, async (signal) => {
    let kill = () => {};
    const { environment, requests } = await model({ fault: (number) => (number === 8 ? { kind: 'silence' } : undefined) });
    const { directory, decide, read, at } = bulk(parcels([1, 2, 3, 4, 5, 6]), { concurrency: 1 });
    const ended = runDocket(['decide', '--lines', 'in.jsonl', '--output', 'out.jsonl'], {
      directory,
      environment,
      onStart: (child) => {
        kill = () => child.kill(signal);
      },
    });
    await expect.poll(() => requests.length).toBe(8);
    kill();
    expect((await ended).code).toBe(signal === 'SIGINT' ? 130 : null);
    expect(linesOf(read()).map(({ line }) => line)).toEqual([1, 2, 3]);
    // What a crash in the middle of a line leaves.
    if (signal === 'SIGKILL') appendFileSync(at('out.jsonl'), '{"line":4,"inputFingerp');
    else expect((await ended).stderr).toContain('Interrupted after 3 of 6 lines. Results are in');
    expect((await decide([], environment)).code).toBe(0);
    expect(linesOf(read()).map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(requests.length).toBe(8 + 2 * 3);
    const again = await decide([], environment);
    expect(again.stderr).toContain('0 lines to decide, 6 decided before.');
    expect(requests.length).toBe(8 + 2 * 3);
  });

  test('a line that a crash cut off is decided again, and a newline that is missing costs nothing', async () => {
    const { decide, read, at } = bulk(parcels([1, 2]));
    await decide();
    writeFileSync(at('out.jsonl'), read().trimEnd());
    expect((await decide()).stderr).toContain('0 lines to decide, 2 decided before.');
    expect(linesOf(read())).toHaveLength(2);
    for (const left of [-3, 20]) {
      writeFileSync(at('out.jsonl'), read().slice(0, left));
      expect((await decide()).stderr).toContain(left > 0 ? '2 lines to decide' : '1 line to decide, 1 decided before.');
      expect(linesOf(read())).toHaveLength(2);
    }
  });

  test.each([
    ['of another file', (_: string) => parcels([1, 9]), [], 'holds results of other inputs'],
    ['of a longer file', () => parcels([1]), [], 'holds results of other inputs'],
    ['of another version', (text: string) => text, ['--version', 'v1'], 'holds results of v2'],
  ])('results %s are not added to', async (_, change, words, message) => {
    const { decide, read, at } = bulk(parcels([1, 2]));
    await decide();
    const before = read();
    writeFileSync(at('in.jsonl'), change(parcels([1, 2])));
    const { code, stderr } = await decide(words);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(read()).toBe(before);
  });

  test.each([
    ['something else', 'dear diary\n', 'out.jsonl:1 is no result of docket decide'],
    ['something else without a newline', 'dear diary', 'out.jsonl:1 is no result of docket decide'],
    ['JSON of others', '{"line": 1}\n', 'out.jsonl:1 is no result'],
    ['a result twice', 'twice', 'out.jsonl:2 is no result'],
  ])('leaves a file alone that holds %s', async (_, content, message) => {
    const { decide, read, at } = bulk(parcels([1]));
    if (content === 'twice') {
      await decide();
      writeFileSync(at('out.jsonl'), read() + read());
    } else writeFileSync(at('out.jsonl'), content);
    const before = read();
    const { code, stderr } = await decide();
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(read()).toBe(before);
  });

  test.each([
    [['--lines', 'nowhere.jsonl'], 'nowhere.jsonl cannot be read (ENOENT)'],
    [['--lines', 'cases'], 'cases is not a file that can be read twice'],
    [['--lines', 'empty.jsonl'], 'empty.jsonl holds no line'],
    [['--lines', 'in.jsonl', '--output', 'in.jsonl'], 'in.jsonl is the file of inputs itself'],
    [['--lines', 'in.jsonl', '--output', './cases/../in.jsonl'], 'in.jsonl is the file of inputs itself'],
    [['--lines', 'in.jsonl', '--output', 'no/folder/out.jsonl'], 'cannot be opened: ENOENT. No model was called.'],
    [['--lines', 'in.jsonl', '--json'], 'without --output the results are on stdout'],
    [['--lines', 'in.jsonl', '5', '10'], "so '5 10' says nothing"],
    [['--output', 'out.jsonl', '5', '10'], 'belong to --lines'],
  ])('refuses %j', async (words, message) => {
    const { directory, at } = bulk(parcels([1]));
    writeFileSync(at('empty.jsonl'), '\n\n');
    const { code, stdout, stderr } = await runHere(['decide', ...words], { directory });
    expect(stderr).toContain(message);
    expect(stdout).not.toContain('decision');
    expect([2, 3]).toContain(code);
  });

  test('a full disk ends it with what to do', async () => {
    const { directory } = bulk(parcels([1, 2]));
    const { code, stderr } = await runHere(['decide', '--lines', 'in.jsonl', '--output', '/dev/full'], { directory });
    expect(stderr).toContain('/dev/full cannot be written: the disk is full.');
    expect(code).toBe(3);
  });

  test('an input on which the code of the agent breaks keeps no other from its decision', async () => {
    const { decide, read } = bulk(parcels([unusualWeights.breaks, 5, unusualWeights.isOutOfReach, 30]), { concurrency: 1 });
    const { code, stderr } = await decide();
    expect(stderr).toContain("warning: line 1 has no result: The agent's own code failed: TypeError: the clerk broke");
    expect(stderr).toContain('warning: line 3 has no result: The model did not answer (server)');
    expect(stderr).toContain('2 lines have no result.');
    expect(linesOf(read()).map(({ line }) => line)).toEqual([2, 4]);
    expect(code).toBe(3);
  });

  test('two at one file: the second is told', async () => {
    const told = Promise.withResolvers<void>();
    const waiting: Model = {
      ...clerk,
      async create(...call) {
        await told.promise;
        return clerk.create(...call);
      },
    };
    const { environment, requests } = await model({}, waiting);
    const { decide, read, at } = bulk(parcels([1, 2]), { concurrency: 1 });
    const first = decide([], environment);
    await expect.poll(() => requests.length).toBe(1);
    // By another name, too.
    symlinkSync('out.jsonl', at('link.jsonl'));
    const second = await decide(['--output', 'link.jsonl'], environment);
    expect(second).toMatchObject({ code: 2, stderr: expect.stringContaining('Another docket decide is writing') });
    told.resolve();
    expect((await first).code).toBe(0);
    expect(linesOf(read())).toHaveLength(2);
  });
});
