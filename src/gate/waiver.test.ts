import { describe, expect, it } from 'vitest';
import { DocketError } from '../contracts/docket-error.ts';
import { checkWaivers, parseWaiver, type Waiver, waivedCaseIds } from './waiver.ts';

const versionFingerprint = 'b'.repeat(64);
const waiver: Waiver = {
  caseIds: ['case-5'],
  versionFingerprint,
  reason: 'the label is in dispute',
  approver: 'Ada',
  expiresOn: '2026-12-01',
};
const regression = { caseId: 'case-5', versionFingerprint };

describe('checkWaivers', () => {
  it('waives the named case of the named version up to and on the last day', () => {
    expect(checkWaivers([waiver], regression, '2026-12-01')).toEqual({ kind: 'waived', waiver });
  });

  it.each([
    ['expired', [waiver], regression, '2026-12-02', 'The waiver for the case "case-5" expired on 2026-12-01.'],
    [
      'another version',
      [waiver],
      { ...regression, versionFingerprint: 'c'.repeat(64) },
      '2026-11-01',
      'is for another version; this one is cccccccccccc.',
    ],
    ['another case', [waiver], { ...regression, caseId: 'case-6' }, '2026-11-01', 'There is no waiver for the case "case-6".'],
    ['the suite', [waiver], { ...regression, caseId: undefined }, '2026-11-01', 'There is no waiver for the suite as a whole ("*").'],
    ['none', [], regression, '2026-11-01', 'There is no waiver'],
  ])('does not waive: %s', (_name, waivers, accused, today, reason) => {
    expect(checkWaivers(waivers, accused, today)).toEqual({ kind: 'not-waived', reason: expect.stringContaining(reason) });
  });

  it('waives a drop of the suite only by name', () => {
    const suite = { ...waiver, caseIds: ['*'] };
    expect(checkWaivers([waiver, suite], { caseId: undefined, versionFingerprint }, '2026-11-01')).toEqual({
      kind: 'waived',
      waiver: suite,
    });
  });

  it('says when the last of those that expired did', () => {
    const earlier = { ...waiver, expiresOn: '2026-10-01' };
    expect(checkWaivers([waiver, earlier], regression, '2026-12-24')).toMatchObject({
      reason: expect.stringMatching(/ expired on 2026-12-01\.$/),
    });
  });

  it('takes the waiver that still holds when another one has expired', () => {
    const renewed = { ...waiver, expiresOn: '2027-01-01' };
    expect(checkWaivers([waiver, renewed], regression, '2026-12-24')).toEqual({ kind: 'waived', waiver: renewed });
  });
});

describe('waivedCaseIds', () => {
  it('names what is waived for this version today', () => {
    expect([...waivedCaseIds([waiver], versionFingerprint, '2026-11-30')]).toEqual(['case-5']);
    expect([...waivedCaseIds([waiver], versionFingerprint, '2026-12-01')]).toEqual(['case-5']);
    expect([...waivedCaseIds([waiver], versionFingerprint, '2026-12-02')]).toEqual([]);
    expect([...waivedCaseIds([waiver], 'c'.repeat(64), '2026-11-30')]).toEqual([]);
  });
});

describe('parseWaiver', () => {
  it('reads a waiver, and trims who says why', () => {
    expect(parseWaiver({ ...waiver, caseIds: ['case-5', 'case-6'], reason: ' the label is in dispute ' }, 'waivers/a.json')).toEqual({
      ...waiver,
      caseIds: ['case-5', 'case-6'],
    });
  });

  it.each<[string, object, RegExp]>([
    ['no case', { caseIds: [] }, /caseIds/],
    ['an empty id', { caseIds: [''] }, /caseIds/],
    ['a fingerprint that is too long', { versionFingerprint: 'b'.repeat(65) }, /a version fingerprint, 64 hexadecimal digits/],
    ['one with something before it', { versionFingerprint: `x${'b'.repeat(64)}` }, /a version fingerprint/],
    ['one with something after it', { versionFingerprint: `${'b'.repeat(64)} ` }, /a version fingerprint/],
    ['no reason', { reason: ' ' }, /reason/],
    ['a field more', { until: 'ever' }, /until/],
  ])('refuses %s', (_, more, message) => {
    expect(() => parseWaiver({ ...waiver, ...more }, 'waivers/a.json')).toThrow(message);
  });

  it('refuses a waiver nobody stands behind', () => {
    expect(() => parseWaiver({ ...waiver, approver: ' ' }, 'waivers/a.json')).toThrow(DocketError);
    expect(() => parseWaiver({ ...waiver, approver: ' ' }, 'waivers/a.json')).toThrow(/waivers\/a\.json[\s\S]*approver/);
    expect(() => parseWaiver({ ...waiver, expiresOn: 'never' }, 'waivers/a.json')).toThrow(/expiresOn/);
  });
});
