import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CaseArm } from '../contracts/reported-case.ts';
import { type Report, reportSchema } from '../contracts/verdict.ts';
import { json } from './json.ts';
import { byteLength } from './markdown-text.ts';
import { reporters } from './reporters.ts';
import { exampleComparison, exampleVerdict, largeComparison } from './testing/example-report.ts';
import { hostileText } from './testing/hostile-text.ts';
import { writeReports } from './write-reports.ts';

const regressed = exampleVerdict();
const { accusation, verdict: _, ...judged } = regressed;
const head = { kind: 'verdict' as const, schemaVersion: 1 as const, createdAt: regressed.createdAt, rerun: 'docket gate', notices: [] };

/** One report of every kind. */
const everyKind: readonly Report[] = [
  regressed,
  { ...judged, verdict: 'pass', basis: 'tested', exitCode: 0, cases: [] },
  {
    ...judged,
    verdict: 'waived',
    exitCode: 0,
    accusation,
    waiver: { caseIds: ['a'], versionFingerprint: 'b'.repeat(64), reason: 'Known and wanted.', approver: 'Ada', expires: '2026-12-01' },
  },
  { ...judged, verdict: 'inconclusive', exitCode: 5, cause: 'stuck', caseId: '08-trivial-loan-no-debt' },
  { ...judged, verdict: 'incomplete', exitCode: 3 },
  { ...head, verdict: 'not-evaluated', exitCode: 4, agent: 'underwriter', reason: 'A maintainer must run it.' },
  { ...head, verdict: 'error', exitCode: 2, reason: 'reports/baseline.json: not valid JSON.' },
  exampleComparison(),
];

// biome-ignore lint/suspicious/noControlCharactersInRegex: none may be there
const obeyed = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe.each(reporters)('$name', (reporter) => {
  test('renders every kind of report, and the same one the same way', () => {
    for (const report of everyKind) {
      expect(reportSchema.parse(report)).toEqual(report);
      const text = reporter.render(report);
      expect(text).toBe(reporter.render(structuredClone(report)));
      expect(text.length).toBeGreaterThan(60);
      if (report.kind === 'verdict' && report.verdict !== 'regressed' && reporter.name !== 'html') expect(text).not.toContain('Regressed');
    }
  });

  test('prints no control character and no mark of direction, whatever a model writes', () => {
    const text = reporter.render(exampleVerdict({ aside: hostileText, title: hostileText }));
    expect(text.replace(/[\n\t]/g, '')).not.toMatch(obeyed);
  });

  test('stays bounded when a model reasons for a megabyte', { tags: ['slow'] }, () => {
    const text = reporter.render(exampleVerdict({ aside: 'word '.repeat(200_000), title: 'x'.repeat(1_000_000) }));
    const limits: Readonly<Record<string, number>> = { comment: 65_536, summary: 1_048_576, html: 5_000_000 };
    expect(byteLength(text)).toBeLessThanOrEqual(limits[reporter.name] ?? Number.POSITIVE_INFINITY);
  });
});

test('the JSON is the report and nothing else', () => {
  const report = exampleVerdict({ aside: hostileText });
  expect(reportSchema.parse(JSON.parse(json.render(report)))).toEqual(report);
});

describe('writing', () => {
  test('makes the folder, writes each file whole, and names them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'reports-'));
    try {
      const { files, unwritten } = await writeReports(join(folder, 'deep', 'reports'), folder, regressed, reporters);
      expect(unwritten).toBeUndefined();
      expect(files.map((file) => file.slice(folder.length + 1))).toEqual(reporters.map(({ file }) => `deep/reports/${file}`));
      expect(readFileSync(files[0] ?? '', 'utf8')).toBe(json.render(regressed));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('says which files could not be written, why, and what to do; the others are', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'reports-'));
    try {
      mkdirSync(join(folder, 'verdict.json'));
      const { files, unwritten } = await writeReports(folder, folder, regressed, reporters);
      expect(files).toHaveLength(reporters.length - 1);
      expect(unwritten).toMatch(/verdict\.json: cannot be written \(E\w+\)\n.*trials are safe in the store/s);
      writeFileSync(join(folder, 'reports'), 'in the way');
      const none = await writeReports(join(folder, 'reports'), folder, regressed, reporters);
      expect(none.files).toEqual([]);
      expect(none.unwritten).toMatch(/verdict\.json, report\.html, .*: cannot be written \((EEXIST|ENOTDIR)\)/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test.each(reporters)('$name is made a case at a time, so that Ctrl-C is heard however many there are', (reporter) => {
  const made = largeComparison(12, 4);
  let read = new Set<string>();
  const noting = (id: string, { trials, ...arm }: CaseArm): CaseArm => ({
    ...arm,
    get trials() {
      read.add(id);
      return trials;
    },
  });
  // Spreading an arm would read it.
  const cases = made.cases.map((each) =>
    Object.defineProperties(
      { ...each },
      {
        baseline: { value: noting(each.id, each.baseline), enumerable: true },
        candidate: { value: noting(each.id, each.candidate), enumerable: true },
      },
    ),
  );
  let readAtAll = 0;
  for (const _ of reporter.pieces({ ...made, cases })) {
    expect(read.size).toBeLessThanOrEqual(2);
    readAtAll += read.size;
    read = new Set();
  }
  expect(readAtAll).toBeGreaterThan(0);
});
