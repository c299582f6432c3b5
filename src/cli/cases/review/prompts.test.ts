import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../flows/load-config.ts';
import { openTraces } from '../../../flows/open-traces.ts';
import { openReview } from '../../../flows/promote/index.ts';
import { draftId } from '../../../review/draft.ts';
import { fixtureProject } from '../../testing/fixture-project.ts';
import { hostileText } from '../../testing/parcel-desk.ts';
import { belongTo, storeRuns, traceIdOf } from '../../testing/production-traces.ts';
import { runHere } from '../../testing/run-here.ts';
import { reviewAtTerminal } from './prompts.ts';
import { parseDecision } from './questions.ts';

const enter = '\r';
const escapeKey = '\u001B';
const idOf = (number: number) => draftId(traceIdOf(number));
/** Numbers of three runs in the order in which their drafts are asked for. */
const [first = 0, second = 0, third = 0] = [1, 2, 3].sort((one, other) => (idOf(one) < idOf(other) ? -1 : 1));

/** Types each text when the output shows the words before it; returns all that was shown. */
async function review(directory: string, script: readonly (readonly [waitFor: string, keys: string])[]) {
  const config = await loadConfig(directory);
  const traces = await openTraces(config);
  const input = new PassThrough();
  let shown = '';
  let seen = 0;
  const steps = [...script];
  const typeWhenAsked = () => {
    const [step] = steps;
    const text = stripVTControlCharacters(shown);
    const found = step ? text.indexOf(step[0], seen) : -1;
    if (!step || found < 0) return;
    steps.shift();
    seen = found + step[0].length;
    // One keypress at a time, as a keyboard gives them.
    setTimeout(() => {
      for (const key of step[1]) input.write(key);
      typeWhenAsked();
    }, 15);
  };
  const output = new Writable({
    write(chunk, _encoding, done) {
      shown += String(chunk);
      typeWhenAsked();
      done();
    },
  });
  try {
    const review = await openReview({ config, reviewer: 'Ada', today: '2026-11-02', traces });
    const ended = await reviewAtTerminal(review, { reviewer: 'Ada', input, output });
    return { ended, text: stripVTControlCharacters(shown), raw: shown, left: steps.length };
  } finally {
    await traces.close();
  }
}

test('keys approve, undo, correct, discard and skip; production is shown only after the label', async () => {
  using project = fixtureProject();
  belongTo(project.directory, 'Ada');
  await storeRuns(project.directory, [
    { number: first, input: { weight: 30, worth: 50 }, decision: { accepted: true, fee: 60, reason: `From production ${hostileText}` } },
    { number: second, input: { weight: 3, worth: 50 }, decision: { accepted: true, fee: 6, reason: 'fine' } },
    { number: third, decision: { accepted: true, fee: 6, reason: 'fine' }, userMessage: 'A parcel worth $9.' },
  ]);
  await runHere(['cases', 'draft'], project);
  const { ended, text, raw, left } = await review(project.directory, [
    [`${idOf(first)}, 3 to go`, ''],
    ['what is your answer?', 'a'],
    ['Why is it right?', enter],
    ['What makes this case hard', enter],
    ['Is it critical?', 'n'],
    ['What is it called?', enter],
    ['From production', ''],
    ['What next?', 'u'],
    [`${idOf(first)} is open again`, ''],
    ['what is your answer?', 'a'],
    ['Why is it right?', enter],
    ['What makes this case hard', enter],
    ['Is it critical?', 'n'],
    ['What is it called?', enter],
    ['What next?', 'n'],
    [`${idOf(second)}, 2 to go`, ''],
    ['what is your answer?', 's'],
    [`${idOf(third)}, 1 to go`, ''],
    ['what is your answer?', 'u'],
    [`${idOf(second)} is open again`, ''],
    ['what is your answer?', 'x'],
    ['Why is it not worth a case?', `a test${enter}`],
    ['What next?', 'n'],
    [`${idOf(third)}, 1 to go`, ''],
    ['what is your answer?', enter],
    ['Enter does nothing here', ''],
    ['what is your answer?', 's'],
  ]);
  expect({ ended, left }).toEqual({ ended: 'done', left: 0 });
  expect(text.indexOf('From production')).toBeGreaterThan(text.indexOf('Is it critical?'));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none may reach the terminal
  expect(raw).not.toMatch(/[\u0007\u009B\u202E]|\u001B\]/);
  expect(text).toContain('user message: A parcel worth $9.');
  expect(text).toContain('A case from production, its input incomplete');
  const cases = join(project.directory, 'cases');
  expect(JSON.parse(readFileSync(join(cases, 'weight-30-worth-50.json'), 'utf8'))).toMatchObject({
    title: 'Weight 30, worth 50',
    label: { decision: { accepted: false } },
  });
  expect(readdirSync(join(cases, 'drafts')).sort()).toEqual([`${idOf(second)}.json`, `${idOf(third)}.json`]);
});

test('Ctrl-D quits: what was answered is saved, and the rest stays a draft', async () => {
  using project = fixtureProject();
  belongTo(project.directory, 'Ada');
  await storeRuns(
    project.directory,
    [first, second].map((number) => ({
      number,
      input: { weight: number, worth: 50 },
      decision: { accepted: true, fee: 60, reason: 'fine' },
    })),
  );
  await runHere(['cases', 'draft'], project);
  const { ended } = await review(project.directory, [
    ['what is your answer?', 'a'],
    ['Why is it right?', enter],
    ['What makes this case hard', enter],
    ['Is it critical?', 'n'],
    ['What is it called?', enter],
    ['What next?', 'n'],
    [`${idOf(second)}, 1 to go`, ''],
    ['what is your answer?', 'a'],
    ['Why is it right?', '\u0004'],
  ]);
  expect(ended).toBe('done');
  expect([first, second].map((number) => existsSync(join(project.directory, 'cases', `weight-${number}-worth-50.json`)))).toEqual([
    true,
    false,
  ]);
});

test('a missing input is asked for, an answer that cannot stand is asked for again, and Ctrl-C keeps what was answered', async () => {
  using project = fixtureProject();
  belongTo(project.directory, 'Ada');
  await storeRuns(
    project.directory,
    [first, second].map((number) => ({ number, decision: { accepted: true, fee: 6, reason: 'fine' }, userMessage: `Parcel ${number}` })),
  );
  await runHere(['cases', 'draft'], project);
  const again = (text: string) => `${'\u007F'.repeat(40)}${text}${enter}`;
  const answers = [
    ['what is your answer?', 'c'],
    ['What is the right decision?', `acepted=false${enter}`],
    ['Unknown field "acepted"', again('{}')],
    ['at least one field', again('accepted=maybe')],
    ['accepted: Invalid input', again('accepted=false')],
    ['Why?', `I weighed it${enter}`],
    ['weight (not recorded)', `1,000${enter}`],
    ['Write plain digits', again('25')],
    ['worth (not recorded)', `8${enter}`],
    ['What makes this case hard', escapeKey],
    ['worth (not recorded)', `\u007F9${enter}`],
    ['What makes this case hard', `Heavy and cheap${enter}`],
    ['Is it critical?', 'n'],
    ['What is it called?', `Not An Id${enter}`],
    ['Lower-case letters', again('heavy-and-cheap')],
  ] as const;
  const { ended, text } = await review(project.directory, [
    ...answers,
    ['What next?', 'n'],
    [`${idOf(second)}, 1 to go`, ''],
    ['what is your answer?', '\u0003'],
  ]);
  expect(ended).toBe('interrupted');
  expect(text).toContain('fields: accepted, fee, reason)');
  const file = join(project.directory, 'cases', 'heavy-and-cheap.json');
  expect(existsSync(file) && JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    input: { weight: 25, worth: 9 },
    label: { decision: { accepted: false }, source: 'human', rationale: 'I weighed it' },
  });
});

test('the policy is approved only after the missing input is filled in and its answer was seen', async () => {
  using project = fixtureProject();
  belongTo(project.directory, 'Ada');
  await storeRuns(project.directory, [{ number: first, decision: { accepted: true, fee: 6, reason: 'fine' }, userMessage: 'A parcel' }]);
  await runHere(['cases', 'draft'], project);
  const { ended, text, left } = await review(project.directory, [
    ['what is your answer?', 'f'],
    ['weight (not recorded)', `1000${enter}`],
    ['weight: ', `${'\u007F'.repeat(4)}25${enter}`],
    ['worth (not recorded)', `9${enter}`],
    ['policy: accepted false', ''],
    ['what is your answer?', 'a'],
    ['Why is it right?', enter],
    ['What makes this case hard', enter],
    ['Is it critical?', 'n'],
    ['What is it called?', enter],
    ['What next?', 'n'],
  ]);
  expect({ ended, left }).toEqual({ ended: 'done', left: 0 });
  const [before = ''] = text.split('fill in what was not recorded');
  expect(before).not.toContain("approve the policy's answer");
  expect(JSON.parse(readFileSync(join(project.directory, 'cases', 'weight-25-worth-9.json'), 'utf8'))).toMatchObject({
    input: { weight: 25, worth: 9 },
    label: { decision: { accepted: false }, source: 'policy' },
  });
});

test('a decision is read as words or as JSON', () => {
  expect(parseDecision('approved=false max_loan=12.5 note="two words"', [])).toEqual({
    approved: false,
    max_loan: 12.5,
    note: 'two words',
  });
  expect(parseDecision('{"approved": true}', [])).toEqual({ approved: true });
  expect(() => parseDecision('no', ['approved', 'fee'])).toThrow(
    '"no" is not a decision. Write field=value; the fields are approved, fee.',
  );
});
