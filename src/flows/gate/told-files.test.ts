import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { describeAgent, describeVersion } from '../../agent/describe-agent.ts';
import { refundDesk } from '../../agent/testing/refund-desk.ts';
import { resolveVersion } from '../../agent/version.ts';
import { requireOwnFiles, type ToldSide } from './told-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'docket-told-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [here, there] = [join(folder, 'candidate'), join(folder, 'main')];
for (const top of [here, there])
  for (const path of [
    'desk.ts',
    'src/agent/define-agent.ts',
    'vendor/agent/define-agent.ts',
    'node_modules/docket-evals/agent/define-agent.js',
  ]) {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), '');
  }
symlinkSync(join(there, 'desk.ts'), join(here, 'linked.ts'));

const desk = refundDesk();

/** A side whose worker tells these of its files. */
function side(top: string, { tool = 'desk.ts', docket = 'src/agent/define-agent.ts' } = {}): ToldSide {
  const url = (path: string) => pathToFileURL(join(top, path)).href;
  const described = describeAgent(desk);
  const version = describeVersion(resolveVersion(desk, 'v1'));
  const agent = { ...described, toolVariants: {}, userMessage: { source: url('desk.ts') }, docket: url(docket) };
  const toolVariant = { ...version.toolVariant, tools: [{ name: 'lookup', source: url(tool) }] };
  return { config: { agent } as unknown as ToldSide['config'], version: { ...version, toolVariant }, top };
}

test.for<[string, ToldSide, RegExp]>([
  ["a file of main's", side(here, { tool: '../main/desk.ts' }), /the tool "lookup" comes from .*main.desk\.ts, which is a file of main's/],
  ["a link to a file of main's", side(here, { tool: 'linked.ts' }), /which is a file of main's checkout/],
  [
    'another copy of Docket',
    side(here, { docket: 'vendor/agent/define-agent.ts' }),
    /run by Docket from vendor.agent, main from src.agent/,
  ],
  [
    'an installed Docket where main has its own',
    side(here, { docket: 'node_modules/docket-evals/agent/define-agent.js' }),
    /from docket-evals, main from src/,
  ],
])('a worker that names %s is refused', ([, candidate, message]) => {
  expect(() => requireOwnFiles(candidate, side(there))).toThrow(message);
});

test('files of its own, and the same Docket as main, are as they should be, also where neither tells of Docket', () => {
  requireOwnFiles(side(here), side(there));
  const docket = 'node_modules/docket-evals/agent/define-agent.js';
  requireOwnFiles(side(here, { docket }), side(there, { docket }));
  const older = side(there);
  requireOwnFiles(side(here), {
    ...older,
    config: { agent: { ...older.config.agent, docket: undefined } } as unknown as ToldSide['config'],
  });
});
