import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { refundDesk } from '../../agent/testing/refund-desk.ts';
import { ruleRow } from '../gate/rules/rule-row.ts';
import { caseHead } from '../reported-case.ts';
import { loadCases } from './load-cases.ts';

const agent: ReturnType<typeof refundDesk> = { ...refundDesk(), input: z.strictObject({ photos: z.array(z.string()) }) };
const bytes = {
  png: Buffer.from('\x89PNG\r\n\x1a\nphoto', 'latin1'),
  jpeg: Buffer.from('\xff\xd8\xff\xe0photo', 'latin1'),
  gif: Buffer.from('GIF89a photo'),
  webp: Buffer.from('RIFF1234WEBPVP8 '),
  pdf: Buffer.from('%PDF-1.7 letter'),
};

/** Loads one case that names these files, from a repository with the given ones. */
function load(files: Readonly<Record<string, Buffer | string>>, photos: readonly unknown[]) {
  const root = mkdtempSync(join(tmpdir(), 'attached-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, '.git'));
  mkdirSync(join(root, 'cases/photos'), { recursive: true });
  writeFileSync(join(root, '.env'), 'ANTHROPIC_API_KEY=x');
  writeFileSync(join(root, '.git/token'), bytes.png);
  symlinkSync('/etc/hostname', join(root, 'cases/photos/link.png'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(root, 'cases', name), content);
  const label = { decision: { approved: true }, source: 'policy', rationale: 'It is.', reviewers: [{ kind: 'policy' }] };
  writeFileSync(
    join(root, 'cases/a.json'),
    JSON.stringify({ id: 'a', title: 'A', input: { photos }, label, origin: { kind: 'designed' } }, null, 2),
  );
  return loadCases(join(root, 'cases'), agent)[0];
}

test('a file that an input names is its content, whatever the name says; another content is another input', () => {
  const names = Object.keys(bytes).map((kind) => `photos/${kind}.bin`);
  const files = Object.fromEntries(Object.values(bytes).map((content, index) => [names[index] as string, content]));
  const photos = names.map((name) => ({ $file: name }));
  const loaded = load(files, photos);
  expect(loaded?.input.photos).toEqual([
    `data:image/png;base64,${bytes.png.toString('base64')}`,
    `data:image/jpeg;base64,${bytes.jpeg.toString('base64')}`,
    `data:image/gif;base64,${bytes.gif.toString('base64')}`,
    `data:image/webp;base64,${bytes.webp.toString('base64')}`,
    `data:application/pdf;base64,${bytes.pdf.toString('base64')}`,
  ]);
  expect(loaded?.case.input).toEqual(loaded?.input);
  const changed = load({ ...files, 'photos/pdf.bin': `${bytes.pdf} and more` }, photos);
  expect(changed?.fingerprint).not.toBe(loaded?.fingerprint);
  expect(load({ ...files, 'photos/other.bin': bytes.pdf }, [...photos.slice(0, 4), { $file: 'photos/other.bin' }])?.fingerprint).toBe(
    loaded?.fingerprint,
  );
  // What reports say of it.
  expect(loaded && (caseHead(loaded).input.photos as string[])[4]).toMatch(/^\[application\/pdf, 15 B, SHA-256 [0-9a-f]{12}\]$/);
});

test.each([
  ['gone.png', /a\.json:6: the file gone\.png cannot be read \(ENOENT\)/],
  ['a.json', /is no image \(PNG, JPEG, GIF, WebP\) and no PDF document/],
  ['../.env', /is no image/],
  ['../.git/token', /leads to git's own/],
  ['photos/link.png', /leads out of the repository/],
  ['photos', /is a folder, not a file/],
  ['/etc/hostname', /"\$file" names one file from the folder of the cases/],
  ['', /"\$file" names one file/],
])('what cannot be shown is a fault of its case: %s', (name, message) => {
  expect(() => load({}, [{ $file: name }])).toThrow(message);
});

test('a table of changed rules tells a changed photo as what it is', () => {
  const [one, other] = ['one', 'other'].map((text) => `data:application/pdf;base64,${Buffer.from(`%PDF-1.7 ${text}`).toString('base64')}`);
  const row = ruleRow({ what: 'case', where: 'cases/a.json', field: 'input.photo', weighs: true }, one, other);
  expect([row.before, row.after]).toEqual([
    expect.stringMatching(/^\[application\/pdf, 12 B, SHA-256 /),
    expect.stringMatching(/^\[application\/pdf, 14 B,/),
  ]);
  expect(row.identity).toBeDefined();
});
