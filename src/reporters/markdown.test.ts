import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Report } from '../contracts/verdict.ts';
import { jobSummary } from './job-summary.ts';
import { byteLength, inertCode, inertMarkdown } from './markdown-text.ts';
import { commentMarker, pullRequestComment } from './pull-request-comment.ts';
import { exampleComparison, exampleVerdict, largeComparison } from './testing/example-report.ts';
import { hostileText } from './testing/hostile-text.ts';
import { caseHeadline } from './words.ts';

describe('the comment', () => {
  const text = pullRequestComment.render(exampleVerdict());

  test('starts with the hidden marker, then says verdict, mode and reason', () => {
    const lines = text.split('\n');
    expect(lines[0]).toBe(commentMarker);
    expect(lines[1]).toBe('## ✗ Docket: Regressed · underwriter');
    expect(lines[3]).toBe('> **simulated model** · No real model answered. This says nothing about how a real one behaves.');
    expect(text).toContain('the candidate 0 of 7');
  });

  test('lists what changed, the accused case marked, with counts and the fault', () => {
    const accused = text.split('\n').find((line) => line.startsWith('| `06-excellent-credit-loan-5-times-income`'));
    expect(accused).toContain('**accused** **critical**');
    expect(accused).toContain('| ✗ flipped to fail | 10 of 10 | 0 of 7 | false\\-approval \\(7 of 7 trials\\)');
    expect(text).not.toContain('03-score-exactly-740` |');
    expect(text.match(/^\| `/gm)).toHaveLength(8);
  });

  test('a case that the change gives another label is listed first', () => {
    const first = text.split('\n').find((line) => line.startsWith('| `'));
    expect(first).toContain('05-high-income-terrible-credit');
    expect(first).toMatch(/\| ✎ label changed \| \d+ of 10 \| \d+ of 4 \|/);
  });

  test('counts harm apart and names attribution, bounds and the command', () => {
    expect(text).toContain('| false approvals | false denials |');
    expect(text).toContain('### Cause: the prompt');
    expect(text).toContain('| the prompt | 10 of 10 → 0 of 6 | 6 of 6 → 0 of 7 | −100 pts (−100 pts to −58 pts) |');
    expect(text).toContain("- 2. Approve only if the post-loan DTI is at or below the tier's maximum DTI.\n+ 2. Weigh");
    expect(text).toContain('- **Rerun:** `docket eval --case 06-excellent-credit-loan-5-times-income --versions v2');
    expect(text).toContain('notes.md (added).');
    expect(text).toContain('a drop of 14 points across the suite, or a drop of 52 points in one case');
    expect(text).toContain('`npx docket gate --baseline reports/baseline.json --candidate v2`');
  });

  test('a side of which only counts are known has no price, whatever the other has', () => {
    const report = exampleVerdict();
    const { meanTokens: _, meanDollars: __, meanDurationMs: ___, ...totals } = report.baseline.totals;
    const [mains = '', candidates = ''] = pullRequestComment
      .render({ ...report, baseline: { ...report.baseline, totals } })
      .split('\n')
      .filter((line) => /^\| (main|\*\*candidate)/.test(line));
    expect(mains.split(' | ').slice(-2)).toEqual(['–', '– |']);
    expect(candidates).toContain(' if live |');
  });

  test('a case that did not run is not called the same', () => {
    expect(caseHeadline({ change: 'same', result: 'not-run' }).name).toBe('not run');
    expect(caseHeadline({ change: 'same', result: 'passes' }).name).toBe('same');
  });

  test('lists the cases that fit and counts the others', () => {
    const large = largeComparison(3000, 2);
    const worse: Report = { ...large, cases: large.cases.map((each) => ({ ...each, title: 'é'.repeat(200), change: 'worse' })) };
    const comment = pullRequestComment.render(worse);
    expect(byteLength(comment)).toBeLessThanOrEqual(65_536);
    expect(byteLength(comment)).toBeGreaterThan(60_000);
    const listed = comment.match(/^\| `case/gm)?.length ?? 0;
    expect(comment).toContain(`${(3000 - listed).toLocaleString('en-US')} more cases did not fit here`);
    expect(byteLength(jobSummary.render(worse))).toBeLessThanOrEqual(1_048_576);
  });
});

test('the job summary lists every case', () => {
  const text = jobSummary.render(exampleComparison());
  expect(text.match(/^\| `/gm)).toHaveLength(11);
  expect(text).not.toContain(commentMarker);
});

describe('text of a model', () => {
  test('mentions nobody, links nowhere, and is no HTML, image or second marker', () => {
    const whole =
      jobSummary.render(exampleVerdict({ aside: hostileText, title: hostileText })) +
      pullRequestComment.render(exampleVerdict({ title: hostileText }));
    // Inside a fence nothing is obeyed: what matters is that the text does not end it.
    const text = whole.replaceAll(/^(`{3,})diff\n[\s\S]*?\n\1$/gm, '');
    expect(whole).toContain('+ </script><script>window.hostile');
    expect(text).not.toMatch(/@octocat|https:\/\/|www\.evil|[^\\]!\[|[^\\]\]\(|GH-1|[^\\]#1/);
    const tags = new Set([...text.matchAll(/<[^>]*>/g)].map(([tag]) => tag));
    expect([...tags].sort()).toEqual([
      '<!-- docket:verdict -->',
      '</details>',
      '</span>',
      '</summary>',
      '<br>',
      '<details>',
      '<span>',
      '<summary>',
    ]);
    expect(whole.split(commentMarker)).toHaveLength(2);
  });

  test('never leaves its line or cell, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'`|\\<>@#$![]()*_~:/wW.1ghGH-\n ') })),
        (text) => {
          const inert = inertMarkdown(text);
          expect(inert).not.toMatch(/\n|@\w|:\/\/|www\./i);
          // An even number of backslashes, none included, leaves the sign after them alive.
          expect(inert.replaceAll('<span>$</span>', '').replace(/\\[!-/:-@[-`{-~]/g, '')).not.toMatch(/[<>`*_[\]|!~$\\]/);
          const code = inertCode(text);
          const fence = /^`+/.exec(code)?.[0] ?? '';
          expect(fence.length).toBeGreaterThan(0);
          expect(code.endsWith(fence)).toBe(true);
          const inside = code.slice(fence.length, -fence.length);
          expect([...inside.matchAll(/`+/g)].every(([run]) => run.length !== fence.length)).toBe(true);
          expect(inside.replaceAll('\\|', '')).not.toMatch(/[\n|]/);
        },
      ),
    );
  });
});
