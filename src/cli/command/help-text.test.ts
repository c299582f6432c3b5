import { expect, test } from 'vitest';
import { fitHelp } from './help-text.ts';

const help = `
Reads what is there, page by page, from where the last import ended, and stores
nothing twice.

Examples
  docket traces ls
  docket traces ls --agent underwriter           only the traces of one agent

Exit codes
  0 imported    1 imported, but some records could not be read    2 usage error, or
  a missing key    3 out of reach
  130 interrupted
`;

test('what fits stays as it is', () => {
  expect(fitHelp(help, 84)).toBe(help);
});

test('what stands beside a short name goes on below itself', () => {
  expect(fitHelp('\n  langfuse    one key\n  braintrust  a key of some length, and a project', 42)).toBe(
    '\n  langfuse    one key\n  braintrust  a key of some length, and a\n              project',
  );
});

test('a narrow terminal gets filled paragraphs, and each command, comment and exit code on a line of its own', () => {
  expect(fitHelp(help, 50)).toBe(`
Reads what is there, page by page, from where the
last import ended, and stores nothing twice.

Examples
  docket traces ls
  docket traces ls --agent underwriter
      only the traces of one agent

Exit codes
  0 imported
  1 imported, but some records could not be read
  2 usage error, or a missing key
  3 out of reach
  130 interrupted
`);
});
