import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { AppProject } from '../app-project.ts';
import { getImprovement } from './get-improvement.ts';

const root = mkdtempSync(join(tmpdir(), 'docket-plan-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('without a plan there is none, and a file that is none is named and hides nothing', () => {
  const project = new AppProject({ directory: root, environment: {}, canWrite: false });
  const ask = () => getImprovement.run({}, { project, signal: AbortSignal.timeout(1000) });
  expect(ask()).toEqual({ plan: null, tried: null, unreadable: [] });
  mkdirSync(join(root, 'reports'));
  writeFileSync(join(root, 'reports', 'improvement-plan.json'), '{"kind": "improvement-plan", "schemaVersion": 99}');
  writeFileSync(join(root, 'reports', 'version-try.json'), 'not JSON');
  expect(ask()).toEqual({ plan: null, tried: null, unreadable: ['reports/improvement-plan.json', 'reports/version-try.json'] });
});
