import { expect, test } from 'vitest';
import { failureLines } from './cli/eval/failure-view.ts';
import { plainJson } from './cli/terminal/plain-json.ts';
import type { JsonObject } from './contracts/json.ts';
import { responseTo } from './promptfoo/response.ts';
import { json } from './reporters/json.ts';
import { junit } from './reporters/junit.ts';
import { exampleVerdict } from './reporters/testing/example-report.ts';
import { draftText } from './review/case-text.ts';
import { isUnwanted, smuggled, spellings, telling, writtenOut } from './text/testing/unwanted-characters.ts';
import { allHold } from './vitest/matchers/all-hold.ts';

const verdict = { ...exampleVerdict(), cases: [] };

/** What each output shows of a text that a model wrote. The text is put between two marks. */
const outputs: Readonly<Record<string, (text: string) => string>> = {
  'the terminal': (text) =>
    failureLines(
      { versions: [], trialsPerCase: 1, stopped: text },
      { line: () => {}, raw: () => {}, style: (_, styled) => styled, columns: 80, live: false },
      () => '',
    ).join('\n'),
  JUnit: (text) =>
    junit
      .render({ ...verdict, notices: [{ kind: 'bound', message: text }] })
      .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))),
  vitest: (text) => allHold(false, 'pass', [{ caseId: 'a', version: 'v1', number: 1, rerun: 'again', holds: false, came: text }]).message(),
  promptfoo: (text) => {
    const { output } = responseTo(undecided(text), { caseId: 'a', trialNumber: 1, version: 'v1', fingerprint: 'f', mode: 'simulated' }, 0);
    return (JSON.parse(String(output)) as { reason: string }).reason;
  },
};

function undecided(reason: string): Parameters<typeof responseTo>[0] {
  const outcome = { kind: 'no-decision', reason } as const;
  const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const key = { versionFingerprint: 'f', caseFingerprint: 'c', series: 's', number: 1 };
  const run = { startedAt: '2026-11-28T00:00:00.000Z', durationMs: 1, infraRetries: 0 };
  return { trial: { key, mode: 'simulated', transcript: { userMessage: '', steps: [] }, usage, ...run, outcome }, reused: false };
}

function shown(output: string, text: string): string {
  const [, between] = /«([^»]*)»/.exec(outputs[output]?.(`«${text}»`) ?? '') ?? [];
  if (between === undefined) throw new Error(`${output} does not show the text.`);
  return between;
}

/** Without white space, which an output may fold; a carriage return is a line break; what opens a sequence for the terminal takes more with it. */
const points = telling().filter(
  (point) =>
    ![0x0d, 0x1b, 0x90, 0x98, 0x9d, 0x9e, 0x9f].includes(point) && (isUnwanted(point) || String.fromCodePoint(point).trim() !== ''),
);

test.each(Object.keys(outputs))('%s treats every character as the table says', (output) => {
  const instead = output === 'the terminal' ? () => '' : writtenOut;
  const pieces = (character: (point: number) => string) => points.map((point) => `x${character(point)}x`).join(' ');
  const expected = pieces((point) => (isUnwanted(point) ? instead(point) : String.fromCodePoint(point)));
  expect(
    shown(
      output,
      pieces((point) => String.fromCodePoint(point)),
    ),
  ).toBe(expected);
  for (const text of Object.values(spellings)) expect(shown(output, text)).toBe(text);
  for (const [text, visible, plain] of smuggled) expect(shown(output, text)).toBe(output === 'the terminal' ? plain : visible);
});

/** Texts in JSON: the value is what the model wrote, and the text of the file shows all of it. */
const files: Readonly<Record<string, (value: JsonObject) => string>> = {
  '--json': plainJson,
  'a report': (value) => json.render({ ...verdict, notices: [{ kind: 'bound', message: JSON.stringify(value) }] }),
  'a drafted case': (value) => draftText({ ...candidate, input: value }),
};

const candidate = {
  id: 'x',
  traceId: 'x',
  title: 'x',
  missing: [],
  clusterSize: 1,
  redacted: [],
  equivalence: { policy: 'same' as const, agent: 'same' as const },
  draftedOn: '2026-11-01',
  proposals: [],
};

test.each(Object.keys(files))('%s holds no such character, and the value stays', (file) => {
  const value = Object.fromEntries(points.map((point) => [`k${String.fromCodePoint(point)}k`, `x${String.fromCodePoint(point)}x`]));
  const text = files[file]?.(value) ?? '';
  expect([...text].filter((character) => isUnwanted(character.codePointAt(0) ?? 0))).toEqual([]);
  const read = JSON.parse(text) as { input?: JsonObject; notices?: readonly { message: string }[] };
  expect(read.input ?? JSON.parse(read.notices?.[0]?.message ?? 'null') ?? read).toEqual(value);
});
