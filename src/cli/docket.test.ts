import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const docket = fileURLToPath(new URL('docket.mjs', import.meta.url));

test('an older Node.js is told what is missing, not that it knows no .ts', () => {
  const asIfOld = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });`;
  const { status, stderr } = spawnSync(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(asIfOld)}`, docket], {
    encoding: 'utf8',
  });
  expect(status).toBe(2);
  expect(stderr).toMatch(/^error: Docket runs on Node\.js 24 or newer, and this is v.*npm install --save-dev node@24/);
});

test('a clone runs its sources', () => {
  const { status, stdout } = spawnSync(process.execPath, [docket, '--version'], { encoding: 'utf8' });
  expect(status).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
