import { assert, constantFrom, integer, property, string, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DocketError } from '../contracts/docket-error.ts';
import { type Baseline, checkBaseline, parseBaseline, serialiseBaseline } from './baseline-file.ts';

const hash = 'a'.repeat(64);
const row = (id: string, passes = 10): Baseline['cases'][number] => ({
  id,
  caseFingerprint: hash,
  labelHash: hash,
  passes,
  runs: 10,
  harm: 0,
});
const baseline = (more: Partial<Baseline> = {}): Baseline => ({
  format: 1,
  agent: 'underwriter',
  mode: 'simulated',
  version: { name: 'v2', fingerprint: hash, prompt: 'v2', toolVariant: 'v2', model: 'claude-sonnet-4-6' },
  epoch: 1,
  recordedAt: '2026-11-23T10:00:00.000Z',
  scorerHash: hash,
  cases: [row('b'), row('a', 9)],
  tombstones: [],
  ...more,
});

describe('serialiseBaseline', () => {
  it('writes one line a case, sorted', () => {
    const lines = serialiseBaseline(baseline()).split('\n');
    expect(lines.filter((line) => line.includes('"caseFingerprint"')).map((line) => JSON.parse(line.replace(/,$/, '')).id)).toEqual([
      'a',
      'b',
    ]);
    expect(lines.at(-1)).toBe('');
  });

  it('is this text', () => {
    const text = (tombstones: string) => `{
  "format": 1,
  "agent": "underwriter",
  "mode": "simulated",
  "version": {"name":"v2","fingerprint":"${hash}","prompt":"v2","toolVariant":"v2","model":"claude-sonnet-4-6"},
  "epoch": 1,
  "recordedAt": "2026-11-23T10:00:00.000Z",
  "scorerHash": "${hash}",
  "cases": [
    {"id":"a","caseFingerprint":"${hash}","labelHash":"${hash}","passes":9,"runs":10,"harm":0},
    {"id":"b","caseFingerprint":"${hash}","labelHash":"${hash}","passes":10,"runs":10,"harm":0}
  ],
  "tombstones": ${tombstones}
}
`;
    expect(serialiseBaseline(baseline())).toBe(text('[]'));
    const buried = baseline({ tombstones: [{ id: 'c', removedOn: '2026-11-01', reason: 'twice there' }] });
    expect(serialiseBaseline(buried)).toBe(text('[\n    {"id":"c","removedOn":"2026-11-01","reason":"twice there"}\n  ]'));
  });

  it('is read back as it was, whatever the ids hold', () => {
    assert(
      property(
        uniqueArray(string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 12 }),
        integer({ min: 0, max: 10 }),
        constantFrom('live', 'recorded', 'simulated'),
        (ids, passes, mode) => {
          const written = baseline({
            mode,
            cases: ids.map((id) => row(id, passes)),
            tombstones: [{ id: 'buried-in-a-test-of-its-own', removedOn: '2026-11-01', reason: 'a duplicate' }],
          });
          const text = serialiseBaseline(written);
          const read = parseBaseline(text, 'reports/baseline.json');
          expect(serialiseBaseline(read)).toBe(text);
          expect(new Map(read.cases.map((each) => [each.id, each]))).toEqual(new Map(written.cases.map((each) => [each.id, each])));
        },
      ),
    );
  });
});

describe('parseBaseline', () => {
  it('reads a quarantined case, harm that is of neither kind, and a file without tombstones', () => {
    const { tombstones, ...rest } = baseline();
    const cases = [
      { ...row('a'), quarantined: true },
      { ...row('b'), harm: 1, wrongDecisions: 3, falseApprovals: 0 },
    ];
    expect(parseBaseline(JSON.stringify({ ...rest, cases }), 'baseline.json')).toEqual({ ...rest, cases, tombstones });
    expect(() => parseBaseline(JSON.stringify({ ...rest, cases: [{ ...row('a'), quarantined: false }] }), 'baseline.json')).toThrow(
      /quarantined/,
    );
  });

  it('takes marks of a merge conflict for that, and nothing less', () => {
    const read = (text: string) => () => parseBaseline(text, 'baseline.json');
    expect(read('<<<<<<< main\n{}')).toThrow('It holds merge-conflict markers.');
    expect(read('{}\n>>>>>>> change')).toThrow('It holds merge-conflict markers.');
    for (const text of ['> quoted', '< 3', 'x <<<<<<< y']) expect(read(text)).not.toThrow('merge-conflict');
  });

  const text = serialiseBaseline(baseline());
  it.each([
    ['cut off', text.slice(0, -40), /not JSON/],
    ['a merge conflict', `<<<<<<< HEAD\n${text}`, /merge-conflict markers/],
    ['another format', text.replace('"format": 1', '"format": 2'), /format/],
    ['no case', serialiseBaseline(baseline({ cases: [] })), /cases/],
    ['more passes than runs', text.replace('"passes":9', '"passes":11'), /more passes than runs/],
    ['an unknown key', text.replace('"epoch"', '"epoche"'), /epoche/],
    [
      'a hash with something before it',
      text.replace(`"scorerHash": "${hash}"`, `"scorerHash": "0${hash}"`),
      /a SHA-256 in lower-case hexadecimal/,
    ],
    ['an id with a line break', text.replace('"id":"a"', '"id":"a\\nb"'), /a case id, at least one character, no control characters/],
    ['an id that begins with an escape', text.replace('"id":"a"', '"id":"\\u001ba"'), /no control characters/],
    ['more harm than runs', text.replace('"harm":0', '"harm":11'), /more false approvals than runs/],
    ['more wrong decisions than harm', text.replace('"harm":0', '"harm":2,"wrongDecisions":3'), /more wrong decisions than harm/],
    ['a case twice', serialiseBaseline(baseline({ cases: [row('a'), row('a')] })), /"a" appears twice/],
  ])('refuses %s', (_name, damaged, message) => {
    expect(() => parseBaseline(damaged, 'reports/baseline.json')).toThrow(DocketError);
    expect(() => parseBaseline(damaged, 'reports/baseline.json')).toThrow(message);
    expect(() => parseBaseline(damaged, 'reports/baseline.json')).toThrow(/reports\/baseline\.json/);
  });
});

it('keeps who answered, sorts tombstones, allows harm in every run, and says of broken JSON why', () => {
  const buried = (id: string) => ({ id, removedOn: '2026-11-01', reason: 'a duplicate' });
  const written = baseline({
    answeredBy: ['claude-sonnet-4-6-20260101'],
    cases: [{ ...row('c'), harm: 10 }],
    tombstones: [buried('b'), buried('a')],
  });
  const read = parseBaseline(serialiseBaseline(written), 'reports/baseline.json');
  expect(read).toEqual({ ...written, tombstones: [buried('a'), buried('b')] });
  let thrown: unknown;
  try {
    parseBaseline('{"a": ">>>>>>> in a text"', 'reports/baseline.json');
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({
    message: expect.stringMatching(
      /^reports\/baseline\.json: not JSON \(.+\)\. Take main's file back, or run "docket baseline refresh"\.$/,
    ),
    cause: expect.any(SyntaxError),
  });
});

describe('checkBaseline', () => {
  const check = (expected: Partial<Parameters<typeof checkBaseline>[1]>) => () =>
    checkBaseline(baseline(), { agent: 'underwriter', mode: 'simulated', caseIds: ['a', 'b'], ...expected }, 'reports/baseline.json');

  it('accepts the same agent, mode and suite, with new cases', () => {
    expect(check({ caseIds: ['a', 'b', 'c'] })).not.toThrow();
  });

  it('refuses another agent, another mode, and cases that vanished without a tombstone', () => {
    expect(check({ agent: 'other' })).toThrow(/of the agent "underwriter", the one on trial is "other"/);
    expect(check({ mode: 'live' })).toThrow(/never mixes modes/);
    expect(check({ caseIds: ['b'] })).toThrow(/no case "a" any more.*tombstones/);
    expect(check({ caseIds: ['b'] })).toThrow(DocketError);
    const told = 'reports/baseline.json: the suite has no case';
    expect(check({ caseIds: ['b'] })).toThrow(
      `${told} "a" any more, but the baseline has. Restore it, or move it to "tombstones" with a reason.`,
    );
    expect(check({ caseIds: ['c'] })).toThrow(
      `${told} "b", "a" any more, but the baseline has. Restore them, or move them to "tombstones" with a reason.`,
    );
  });
});
