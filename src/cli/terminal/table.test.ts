import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tableLines } from './table.ts';
import type { Output } from './terminal.ts';

const output: Output = { line: () => {}, raw: () => {}, style: (_, text) => text, columns: 60, live: false };
const cells = (...texts: readonly string[]) => texts.map((text) => [{ text }]);
const name = 'v2/06-excellent-credit-loan-5-times-income/3';
const table = { header: cells('trial', 'series', 'called'), groups: [[cells(name, 'eval', 'calc_dti, calc_max_loan, credit_risk')]] };

describe('tableLines', () => {
  it('breaks names at their joints where the others need room, and gives names that are there to be typed theirs first', () => {
    const [, , ...lines] = tableLines(table, output);
    expect(lines.map((line) => line.slice(1, 19).trim()).join('')).toBe(name);
    const whole = tableLines({ ...table, wholeNames: true }, output);
    expect(whole[2]).toContain('v2/06-excellent-credit-loan-5-');
    for (const line of [...lines, ...whole]) expect(line.length).toBeLessThanOrEqual(60);
  });

  it('draws any number of rows: hundreds of thousands of words', () => {
    const row = cells('a', 'word '.repeat(200));
    expect(tableLines({ header: cells('case', 'title'), groups: [Array(700).fill(row)] }, output).length).toBeGreaterThan(700);
  });

  it('gives each row a list of its own where columns cannot hold their words', () => {
    const versions = ['baseline', 'candidate', 'without-history', 'with-examples', 'shortened-prompt'];
    const many = {
      header: cells('case', ...versions),
      groups: [[cells('01-at-cap', ...versions.map(() => '✗ 0/1 fail, false-approval'))]],
    };
    expect(tableLines(many, output)).toEqual([
      ' 01-at-cap',
      ...versions.map((version) => `   ${version.padEnd(16)}  ✗ 0/1 fail, false-approval`),
      '',
    ]);
  });

  it('says nothing of empty places in such a list', () => {
    const names = ['started', 'trace', 'errors', 'session', 'finding'];
    const row = cells('a', 'trace-of-twenty-letters', '', 'session-of-twenty-two', 'a-finding-of-many-letters');
    expect(tableLines({ header: cells(...names), groups: [[row]] }, output).map((line) => line.trim().split(' ')[0])).toEqual([
      'a',
      'trace',
      'session',
      'finding',
      '',
    ]);
  });

  it('breaks no word that its column could hold', () => {
    const cell = fc.array(fc.stringMatching(/^[a-z]{1,14}$/), { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 30, max: 90 }),
        (rows, columns) => {
          const drawn = tableLines({ header: cells('a', 'b', 'c'), groups: [rows.map((row) => cells(...row))] }, { ...output, columns });
          const drawnWords = new Set(drawn.flatMap((line) => line.trim().split(/ +/)));
          for (const word of rows.flat().flatMap((text) => text.split(' '))) expect([...drawnWords]).toContain(word);
          for (const line of drawn) expect(line.length).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });
});
