import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deskWith } from '../../testing/desk-with.ts';
import { storeRuns, traceIdOf } from '../../testing/production-traces.ts';
import { runHere } from '../../testing/run-here.ts';

const decision = { accepted: true, fee: 10, reason: 'As weighed.' };

interface Scored {
  readonly inputIncomplete: number;
  readonly inputFaults: readonly { readonly message: string; readonly traces: number }[];
}

/** What scoring says of runs that recorded only what their user said. */
async function scored(inputFrom: string, messages: readonly (string | undefined)[]) {
  using project = deskWith('scorers', `inputFrom: ${inputFrom},`);
  await storeRuns(
    project.directory,
    messages.map((userMessage, index) => ({ number: index + 1, decision, ...(userMessage === undefined ? {} : { userMessage }) })),
  );
  const { stdout, stderr, code } = await runHere(['traces', 'score', '--json'], project);
  if (code !== 0) return { code, stderr };
  const { inputIncomplete, inputFaults } = JSON.parse(stdout) as Scored;
  return { inputIncomplete, faults: inputFaults.map(({ message, traces }) => `${traces}× ${message}`) };
}

const parcel = '{"weight": 5, "worth": 1}';

describe('inputFrom of an agent', () => {
  it.each([
    [
      "JSON in the user's words",
      "'json'",
      [parcel, `Please take this: ${parcel} Thanks!`, `\`\`\`json\n${parcel}\n\`\`\``, `{x} and ${parcel}`],
    ],
    ['a function of the message', '(run) => ({ weight: Number(/(\\d+) kg/.exec(run.userMessage)[1]), worth: 1 })', ['It has 5 kg.']],
    ['an attribute', "{ attribute: 'docket.decision' }", [undefined]],
  ])('reads %s', async (name, inputFrom, messages) => {
    const told = await scored(inputFrom, messages);
    // The desk's decision is an object, and no parcel: it was read, and is said not to be one.
    if (name === 'an attribute')
      expect(told).toMatchObject({ inputIncomplete: 1, faults: [expect.stringMatching(/gave an input that is not whole: weight: /)] });
    else expect(told).toEqual({ inputIncomplete: 0, faults: [] });
  });

  it.each([
    ["(run) => { throw new Error('boom') }", '2× inputFrom failed: boom'],
    ['(run) => null.x', "2× inputFrom failed: Cannot read properties of null (reading 'x')"],
    ['(run) => [1]', '2× inputFrom gave a list instead of an object.'],
    ['(run) => run.userMessage', '2× inputFrom gave a string instead of an object.'],
    ['(run) => undefined', '2× inputFrom gave nothing instead of an object.'],
    ['async (run) => ({ weight: 1, worth: 1 })', '2× inputFrom gave a promise; it has to give the input at once.'],
    [
      '(run) => { const loop = {}; loop.loop = loop; return loop }',
      expect.stringContaining('2× inputFrom failed: Converting circular structure'),
    ],
    ['(run) => ({ weight: 1n })', expect.stringContaining('2× inputFrom failed: ')],
    ['(run) => ({ weight: 5 })', '2× inputFrom gave an input that is not whole: worth: must be a finite number'],
    ["'json'", '2× inputFrom found no JSON object in the user message.'],
    ["{ attribute: 'app.parcel' }", '2× inputFrom found no attribute "app.parcel" in the run.'],
    ["{ userMessage: 'weight' }", expect.stringContaining('2× inputFrom gave an input that is not whole: ')],
  ])('%s is a gap, no crash', { tags: ['slow'] }, async (inputFrom, fault) => {
    const told = await scored(inputFrom, ['Take it. {"weight": ', 'And this {{{']);
    expect(told).toEqual({ inputIncomplete: 2, faults: [fault] });
  });

  it('is refused when it is nothing that there is', async () => {
    expect(await scored("'jsn'", ['x'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`"inputFrom" is "jsn". Expected 'json'`),
    });
  });

  it('a fault of it is said to whoever scores, and a text is a field where the agent takes one', async () => {
    using project = deskWith(
      'scorers',
      "input: z.object({ request: z.string() }), inputFrom: { userMessage: 'request' },",
      `import { z } from '${import.meta.resolve('zod')}';`,
    );
    await storeRuns(project.directory, [
      { number: 1, decision, userMessage: 'Is parcel 7 late?' },
      { number: 2, decision },
    ]);
    const { stdout } = await runHere(['traces', 'score'], project);
    expect(stdout).toContain('2 traces scored, 1 without a complete input;');
    expect(stdout).toContain('1 trace: inputFrom found no user message in the run.');
  });

  it('a run without a user message is a gap too', async () => {
    expect(await scored("'json'", [undefined])).toEqual({ inputIncomplete: 1, faults: ['1× inputFrom found no user message in the run.'] });
  });

  it('saves the retyping: the draft of a case has the input that the user wrote', async () => {
    using project = deskWith('scorers', "inputFrom: 'json',");
    await storeRuns(project.directory, [{ number: 1, decision, userMessage: `Take ${parcel}` }]);
    const { stdout, code } = await runHere(['cases', 'draft', '--json'], project);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { inputIncomplete: 0 }]);
    const folder = join(project.directory, 'cases', 'drafts');
    const drafts = readdirSync(folder).filter((name) => name.startsWith('trace-'));
    expect(drafts.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))).toMatchObject([
      { input: { weight: 5, worth: 1 }, traceId: traceIdOf(1) },
    ]);
  });
});
