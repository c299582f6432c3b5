import { describe, expect, it } from 'vitest';
import { tableLines } from './table.ts';
import type { Output } from './terminal.ts';

const output: Output = { line: () => {}, raw: () => {}, style: (_, text) => text, columns: 60, live: false };
const cells = (...texts: readonly string[]) => texts.map((text) => [{ text }]);
const name = 'v2/06-excellent-credit-loan-5-times-income/3';
const table = { header: cells('trial', 'series', 'called'), groups: [[cells(name, 'eval', 'calc_dti, calc_max_loan, credit_risk')]] };

describe('tableLines', () => {
  it('cuts the first column where the others need room, but for names that are there to be typed', () => {
    expect(tableLines(table, output).join('\n')).toContain('v2/06-excellent-c…');
    const lines = tableLines({ ...table, wholeNames: true }, output);
    expect(lines[2]).toContain('v2/06-excellent-credit-loan-5-times-i');
    expect(lines.map((line) => line.slice(1, 39).trim()).join('')).toContain(name);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
  });
});
