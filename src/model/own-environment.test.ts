import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { withoutFilesOf } from './own-environment.ts';

it('what a program read from files of variables is not what the environment says', () => {
  const folder = mkdtempSync(join(tmpdir(), 'docket-variables-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const files = { '.env': 'A=1\n', '.env.local': 'B=2\n', '.promptfoo.env': 'C=3\nD=4\n', '.env.example': 'E=5\n', 'notes.txt': 'F=6\n' };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const environment = { A: '1', B: '2', C: '3', D: 'set outside', E: '5', F: '6', G: undefined };
  expect(withoutFilesOf(folder, environment)).toEqual({ D: 'set outside', E: '5', F: '6', G: undefined });
});
