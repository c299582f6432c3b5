import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DocketError } from '../../contracts/docket-error.ts';
import type { Model } from '../model.ts';
import { simulatedModel } from '../simulated.ts';
import { converse } from '../testing/converse.ts';
import { clientOf, failureOf, serveForTest, testKey } from '../testing/loopback.ts';
import { trialContext, weatherRequest, weatherSimulator } from '../testing/weather-simulator.ts';
import { recordedModel } from './recorded-model.ts';
import { recordingModel } from './recording-model.ts';

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'docket-recordings-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const textsOf = (directory: string) => readdirSync(directory).map((file) => [file, readFileSync(join(directory, file), 'utf8')] as const);

/** Records so many trials of the tiny agent, simulated. */
async function record(directory: string, trials: number) {
  const model = recordingModel(simulatedModel(weatherSimulator), directory);
  return Promise.all(Array.from({ length: trials }, (_, index) => converse(model, trialContext({ trialNumber: index + 1 }))));
}

describe('what was recorded', () => {
  it('through the real client is replayed without a request, trial by trial', async () => {
    const directory = temporaryDirectory();
    let requests = 0;
    const served = await serveForTest({
      onRequest: () => {
        requests += 1;
      },
    });
    const live = recordingModel(clientOf(served.url), directory, [testKey]);
    const trials = [1, 2, 3, 4, 5, 6];
    const recorded = await Promise.all(trials.map((trialNumber) => converse(live, trialContext({ trialNumber }))));
    expect(requests).toBe(12);

    const replaying = recordedModel(directory);
    expect(replaying.mode).toBe('recorded');
    const replayed = await Promise.all(trials.map((trialNumber) => converse(replaying, trialContext({ trialNumber, series: 'another' }))));
    expect(requests).toBe(12);
    expect(replayed).toEqual(recorded.map((answers) => answers.map(({ _request_id: _, _stand_in: __, ...answer }) => answer)));
    // The trials differ, so that this shows something.
    expect(new Set(recorded.map(([first]) => JSON.stringify(first?.content))).size).toBeGreaterThan(1);
  });

  it('holds no key, and is one sorted line a sample, the same however it was recorded', async () => {
    const [one, other] = [temporaryDirectory(), temporaryDirectory()];
    await record(one, 4);
    for (const trialNumber of [3, 1, 4, 2, 3]) {
      await converse(recordingModel(simulatedModel(weatherSimulator), other), trialContext({ trialNumber }));
    }
    expect(textsOf(one)).toEqual(textsOf(other));
    const [[file, text] = ['', '']] = textsOf(one);
    expect(file).toMatch(/^claude-haiku-4-5-[0-9a-f]{16}\.jsonl$/);
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(1 + 8);
    expect(lines.slice(1).map((line) => (JSON.parse(line) as { turn: number }).turn)).toEqual([1, 1, 1, 1, 3, 3, 3, 3]);
    expect(text).not.toMatch(/sk-ant|authorization|x-api-key/i);
  });

  it('is found again whatever does not change the answer', async () => {
    const directory = temporaryDirectory();
    await recordingModel(simulatedModel(weatherSimulator), directory).create(weatherRequest(), trialContext());
    const { messages, system, ...rest } = weatherRequest();
    const rearranged = { metadata: { user_id: 'someone' }, service_tier: 'auto' as const, messages, ...rest };
    const cached = [{ type: 'text' as const, text: 'You know the weather.', cache_control: { type: 'ephemeral' as const } }];
    expect(system).toBeDefined();
    await expect(recordedModel(directory).create({ ...rearranged, system: cached }, trialContext())).resolves.toBeDefined();
  });

  it('is replayed for cases that look alike at first, whatever the order they come in', async () => {
    const directory = temporaryDirectory();
    let calls = 0;
    // A model that never says the same twice, as a real one: only the recording can make the replay equal.
    const simulated = simulatedModel(weatherSimulator, { latencyMs: 5 });
    const moody: Model = {
      mode: 'live',
      create: (request, context) => {
        calls += 1;
        return simulated.create(request, { ...context, trialNumber: calls });
      },
    };
    const weathers = [(place: string) => `${place} is dry`, (place: string) => `${place} is wet`, (place: string) => `${place} is grey`];
    const both = (model: Model) =>
      Promise.all([1, 2, 3].flatMap((trialNumber) => weathers.map((weather) => converse(model, trialContext({ trialNumber }), weather))));
    const recorded = await both(recordingModel(moody, directory));
    expect(calls).toBe(3 + 9);
    const replaying = recordedModel(directory);
    const reversed = weathers.toReversed().map((weather) => converse(replaying, trialContext({ trialNumber: 3 }), weather));
    expect((await Promise.all(reversed)).toReversed()).toEqual(recorded.slice(6));
    expect(await both(replaying)).toEqual(recorded);
  });

  it('may be changed by who gets it', async () => {
    const directory = temporaryDirectory();
    await record(directory, 1);
    const model = recordedModel(directory);
    const first = await model.create(weatherRequest(), trialContext());
    first.content.length = 0;
    await expect(model.create(weatherRequest(), trialContext())).resolves.toMatchObject({ content: { length: 3 } });
  });
});

describe('a miss', () => {
  it("names the tool's answer that was edited, after every turn before it was replayed", async () => {
    const directory = temporaryDirectory();
    await record(directory, 1);
    const answered: string[] = [];
    const model = recordedModel(directory);
    const counting = {
      ...model,
      create: async (...call: Parameters<typeof model.create>) => {
        const answer = await model.create(...call);
        answered.push(answer.stop_reason ?? '');
        return answer;
      },
    };
    const error = await failureOf(
      converse(counting, trialContext(), (place) => (place === 'Paris' ? '22 degrees\u001b[2J' : '14 degrees')),
    );
    expect(answered).toEqual(['tool_use']);
    expect(error).toMatchObject({ kind: 'replay-miss', retryable: false });
    expect(error.message).toContain('messages.2.content.1.content: recorded "21 degrees", now "22 degrees\\u001b[2J"');
  });

  it('names a changed word in a long prompt', async () => {
    const directory = temporaryDirectory();
    const prompt = (word: string) => `${'You know the weather. '.repeat(50)}Be ${word}. ${'Really. '.repeat(50)}`;
    await recordingModel(simulatedModel(weatherSimulator), directory).create(weatherRequest({ system: prompt('brief') }), trialContext());
    const error = await failureOf(recordedModel(directory).create(weatherRequest({ system: prompt('verbose') }), trialContext()));
    expect(error.message).toContain('differs first at system: recorded …');
    expect(error.message).toContain('now …');
    expect(error.message).toContain('Be verbose.');
    expect(error.message.length).toBeLessThan(500);
  });

  it('is what the order of keys in a schema makes, because the model sees it', async () => {
    const directory = temporaryDirectory();
    const tool = (properties: object) => [{ name: 'weather', description: '', input_schema: { type: 'object' as const, properties } }];
    await recordingModel(simulatedModel(weatherSimulator), directory).create(
      weatherRequest({ tools: tool({ place: {}, days: {} }) }),
      trialContext(),
    );
    const error = await failureOf(
      recordedModel(directory).create(weatherRequest({ tools: tool({ days: {}, place: {} }) }), trialContext()),
    );
    expect(error.message).toContain('tools.0.input_schema.properties');
  });

  it('says how many samples there are when a later trial is asked for', async () => {
    const directory = temporaryDirectory();
    await record(directory, 2);
    const error = await failureOf(recordedModel(directory).create(weatherRequest(), trialContext({ trialNumber: 3 })));
    expect(error.message).toContain('Recorded 2 samples of this request (trial 1, 2), but trial 3 was requested.');
  });

  it('says that there is nothing', async () => {
    const error = await failureOf(recordedModel(join(temporaryDirectory(), 'nowhere')).create(weatherRequest(), trialContext()));
    expect(error.message).toMatch(/There is no recording in .*nowhere/);
  });
});

describe('a recording that was edited by hand', () => {
  const edits: readonly [string, (lines: string[]) => string[], RegExp][] = [
    ['a line that is not JSON', (lines) => lines.with(2, '<<<<<<< HEAD'), /:3: .*not JSON/],
    ['an empty file', () => [''], /:1: .*not JSON/],
    ['a line of another shape', (lines) => lines.with(1, '{"key":"1"}'), /:2: /],
    [
      'a changed request',
      (lines) => lines.with(1, (lines[1] ?? '').replace('Which is warmer', 'Which is colder')),
      /:2: .*key does not belong/,
    ],
    ['a changed prompt', (lines) => lines.with(0, (lines[0] ?? '').replace('You know', 'You guess')), /:2: .*key does not belong/],
    [
      'a changed answer',
      (lines) => lines.with(3, (lines[3] ?? '').replace('"warmer\\":\\"Paris', '"warmer\\":\\"Berlin')),
      /:4: .*not the one that was recorded/,
    ],
    ['a line twice', (lines) => [...lines.slice(0, 2), ...lines.slice(1)], /:3: .*two answers/],
  ];

  it.each(edits)('by %s is refused with file and line', async (_name, edit, message) => {
    const directory = temporaryDirectory();
    await record(directory, 2);
    const [[file, text] = ['', '']] = textsOf(directory);
    const edited = `${edit(text.trimEnd().split('\n')).join('\n')}\n`;
    expect(edited).not.toBe(text);
    writeFileSync(join(directory, file), edited);
    const replay = converse(recordedModel(directory), trialContext());
    await expect(replay).rejects.toThrow(DocketError);
    await expect(replay).rejects.toThrow(message);
    await expect(replay).rejects.toThrow(file);
  });
});

describe('recording', () => {
  it.each([
    ['a key in use', 'plain-secret-of-a-server'],
    ["what looks like a provider's key", 'sk-ant-api03-abcdefghijklmnop'],
    ['a private key', '-----BEGIN PRIVATE KEY-----'],
  ])('refuses %s, and writes nothing', async (_name, secret) => {
    const directory = temporaryDirectory();
    const model = recordingModel(simulatedModel(weatherSimulator), directory, ['plain-secret-of-a-server']);
    const asked = model.create(weatherRequest({ system: `The password is ${secret}.` }), trialContext());
    await expect(asked).rejects.toThrow(/looks like a key/);
    await expect(asked).rejects.not.toThrow(secret);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('puts a model name that is a path into one file name', async () => {
    const directory = temporaryDirectory();
    await recordingModel(simulatedModel(weatherSimulator), directory).create(
      weatherRequest({ model: '../../etc/passwd\n' }),
      trialContext(),
    );
    expect(readdirSync(directory)).toEqual([expect.stringMatching(/^[A-Za-z0-9-][A-Za-z0-9.-]+\.jsonl$/)]);
  });
});
