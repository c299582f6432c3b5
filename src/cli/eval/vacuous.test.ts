import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../contracts/docket-error.ts';
import { deskWith } from '../testing/desk-with.ts';
import { parcelCase } from '../testing/fixture-project.ts';
import { runHere } from '../testing/run-here.ts';

const passed = (name: string, hard = true) => `({ name: '${name}', pass: true, value: 1, reason: 'fine', hard: ${hard}, findings: [] })`;
const scorer = (name: string, score: string, more = '') => `{ scope: 'trial', name: '${name}', needs: [], ${more} ${score} }`;
const kind = scorer('kind', `score: () => ${passed('kind')}`);
const index = new URL('../../index.ts', import.meta.url).href;

/** A parcel that is taken, with another label. */
function labelled(id: string, weight: number, decision: object, compare?: object): object {
  const { label, ...rest } = parcelCase(id, weight, true) as { readonly label: object };
  return { ...rest, label: { ...label, decision, ...(compare ? { compare } : {}) } };
}

/** Name, set-up, exit code and what is said. */
type Rows = readonly (readonly [string, SetUp, number, string | RegExp])[];

interface SetUp {
  readonly scorers?: string;
  /** Members of the agent. */
  readonly agent?: string;
  readonly cases?: readonly object[];
  readonly words?: readonly string[];
  readonly prepare?: (directory: string) => void;
}

async function evaluate({ scorers = 'scorers', agent = '', cases = [], words = [], prepare }: SetUp) {
  using project = deskWith(scorers, agent);
  const file = join(project.directory, 'scorers.ts');
  writeFileSync(file, `import { assertion, budget, selfConsistency } from '${index}';\nexport const scorers = (scorers) => ${scorers};\n`);
  for (const each of cases) project.writeCase((each as { readonly id: string }).id, each);
  prepare?.(project.directory);
  const { code, stdout, stderr } = await runHere(['eval', ...words], { directory: project.directory });
  return { code, text: `${stderr}${stdout}`.replaceAll(/\s+/g, ' ') };
}

const notJudged = /no hard scorer had anything to judge, so nothing shows that this trial passed/;
const cannotFail = (who: string) =>
  new RegExp(`nothing could have failed this trial: ${who} also passed a decision that is wrong in every field`);
const meets = (why: string) => `label.decision: any decision would meet it, because ${why}`;
const unseeing = (field: string) => `what compares ${field} takes every other value for the same`;

describe('docket eval is not green where nothing could have failed', () => {
  const setUps: Rows = [
    ['no scorer', { scorers: '[]' }, exitCodes.regressed, notJudged],
    ['a scorer that has nothing to say', { scorers: `[${scorer('mute', 'score: () => undefined')}]` }, exitCodes.regressed, notJudged],
    ['a scorer that always passes', { scorers: `[${kind}]` }, exitCodes.regressed, cannotFail('kind')],
    [
      'one that always passes, later',
      { scorers: `[${scorer('kind', `score: async () => ${passed('kind')}`)}]` },
      exitCodes.regressed,
      cannotFail('kind'),
    ],
    [
      'a check of the decision that finds nothing',
      { scorers: '[selfConsistency(() => [])]' },
      exitCodes.regressed,
      cannotFail('self-consistency'),
    ],
    [
      'an assertion that holds of everything',
      { scorers: "[assertion({ type: 'javascript', value: 'true' })]" },
      exitCodes.regressed,
      cannotFail('javascript'),
    ],
    [
      'a label whose only field is ignored in its case',
      { cases: [labelled('light', 5, { accepted: false }, { accepted: 'ignore' })] },
      exitCodes.usage,
      meets('accepted is ignored'),
    ],
    [
      'a comparator that takes all for the same',
      { agent: 'compare: { accepted: () => true },' },
      exitCodes.usage,
      meets(unseeing('accepted')),
    ],
    [
      'a comparator of the approval that takes all for the same, beside a field that is compared',
      { agent: 'compare: { accepted: () => true },', cases: [labelled('light', 5, { accepted: true, fee: 10 })] },
      exitCodes.usage,
      `label.decision: any accepted would meet it, because ${unseeing('accepted')}`,
    ],
    [
      'any of all values',
      { cases: [labelled('light', 5, { accepted: false }, { accepted: { oneOf: [true, false] } })] },
      exitCodes.usage,
      meets(unseeing('accepted')),
    ],
    [
      'a tolerance wider than any labelled value',
      { agent: 'compare: { fee: { tolerance: 1e6 } },', cases: [labelled('light', 5, { fee: 7 }), labelled('heavy', 30, { fee: 99 })] },
      exitCodes.usage,
      meets(unseeing('fee')),
    ],
  ];
  const more: Rows = [
    ['soft scorers only', { scorers: `[${scorer('kind', `score: () => ${passed('kind', false)}`)}]` }, exitCodes.regressed, notJudged],
    ['scorers of repeats only', { scorers: "scorers.filter(({ scope }) => scope === 'case')" }, exitCodes.regressed, notJudged],
    [
      'two that always pass',
      { scorers: `[${kind}, selfConsistency(() => [])]` },
      exitCodes.regressed,
      cannotFail('kind, self-consistency'),
    ],
    ['a hard budget without a limit', { scorers: '[budget({ hard: true })]' }, exitCodes.regressed, cannotFail('budget')],
    [
      'a regex that matches everything',
      { scorers: "[assertion({ type: 'regex', value: '.*' })]" },
      exitCodes.regressed,
      cannotFail('regex'),
    ],
    ['an empty label', { cases: [labelled('light', 5, {})] }, exitCodes.usage, 'an expected decision needs at least one field'],
    [
      'a label whose only field the agent ignores',
      { agent: "compare: { accepted: 'ignore' }," },
      exitCodes.usage,
      meets('accepted is ignored'),
    ],
    ['no trial', { words: ['--trials', '0'] }, exitCodes.usage, 'Expected a whole number of at least 1'],
    [
      'versions without commas',
      { words: ['--versions', 'v1', 'v2'] },
      exitCodes.usage,
      "'v2' stands alone here. Expected the number of cases",
    ],
    ['the first zero cases', { words: ['0'] }, exitCodes.usage, 'Expected a whole number of at least 1'],
    ['a case that is not there', { words: ['--case', 'nope'] }, exitCodes.usage, 'There is no case "nope"'],
    [
      'drafts only',
      {
        prepare: (directory) => {
          mkdirSync(join(directory, 'cases/drafts'));
          for (const id of ['light', 'heavy']) renameSync(join(directory, `cases/${id}.json`), join(directory, `cases/drafts/${id}.json`));
        },
      },
      exitCodes.usage,
      'there are no cases',
    ],
    ['answers that were never recorded', { words: ['--mode', 'recorded'] }, exitCodes.incomplete, 'There is no recording'],
  ];
  const isRed = async ([, setUp, code, message]: Rows[number]) => {
    const ended = await evaluate(setUp);
    expect(ended.text).toMatch(message);
    expect(ended.code).toBe(code);
  };
  test.for(setUps)('%s', isRed);
  test.for(more)('%s', { tags: ['slow'] }, isRed);
});

describe('docket eval says why passes say less than they seem to', () => {
  test.for<[string, SetUp, string]>([
    [
      'every case expects the same',
      { cases: [labelled('heavy', 6, { accepted: true })] },
      '! All 2 cases expect the same decision, so an agent that answers {"accepted":true} whatever it is asked passes them all.',
    ],
    [
      'expects it by its comparators',
      { agent: 'compare: { fee: { tolerance: 2 } },', cases: [labelled('light', 5, { fee: 9 }), labelled('heavy', 6, { fee: 11 })] },
      '! All 2 cases expect the same decision',
    ],
    [
      'every case has the same input',
      { cases: [labelled('heavy', 5, { accepted: true })] },
      '! All 2 cases have the same input, so they are one case',
    ],
    [
      'a scorer judged nothing',
      { scorers: `[...scorers, ${scorer('mute', 'score: () => undefined')}]` },
      '! The scorer "mute" had nothing to judge in any of 4 trials, so it can fail none.',
    ],
    [
      'an assertion is about a case that is not there',
      { scorers: "[...scorers, assertion({ type: 'contains', value: 'x' }, { cases: ['nope'] })]" },
      '! The scorer "contains" had nothing to judge in any of 4 trials',
    ],
  ])('%s', async ([, setUp, message]) => {
    const { code, text } = await evaluate(setUp);
    expect(text).toContain(message);
    expect(code).toBe(exitCodes.pass);
  });

  test.for<[string, SetUp]>([
    ['nothing of a sound suite', {}],
    ['nor of a fee that is near enough', { agent: 'compare: { fee: { tolerance: 1 } },', cases: [labelled('light', 5, { fee: 10 })] }],
    [
      'nor of a case whose value is small beside the tolerance, where others are not',
      { agent: 'compare: { fee: { tolerance: 1 } },', cases: [labelled('light', 0.4, { fee: 0.8 }), labelled('heavy', 19, { fee: 38 })] },
    ],
    [
      'nor of words that must not be said',
      {
        scorers: `[${scorer('polite', `score({ trial: { outcome } }) { const pass = !/damn/.test(outcome.decision.reason); return { ...${passed('polite')}, pass }; }`)}]`,
      },
    ],
    ['nor of an assertion that something is not said', { scorers: "[assertion({ type: 'not-contains', value: 'guaranteed' })]" }],
    ['nor of a limit', { scorers: '[budget({ hard: true, maxTokens: 1000000 })]' }],
  ])('%s', async ([, setUp]) => {
    const { code, text } = await evaluate(setUp);
    expect(text).not.toContain('!');
    expect(code, text).toBe(exitCodes.pass);
  });
});
