import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DraftSheet } from '../../app/api/get-draft.ts';
import type { DraftList } from '../../app/api/list-drafts.ts';
import { reviewProject } from '../../app/testing/review-project.ts';

const main = join(import.meta.dirname, '../main.ts');

test('a server that is reviewed on goes by the agent as it is now: what was seen before it changed is shown again, not answered', {
  tags: ['slow'],
}, async () => {
  using made = await reviewProject([{ number: 1, input: { weight_kg: 30, worth: 5 }, decision: { accepted: true } }]);
  writeFileSync(join(made.cases, 'drafts', 'torn.json'), '{"id": "torn"');
  const server = spawn(process.execPath, [main, 'ui', '--write', '--no-open', '--json', '--reviewer', 'Ada'], { cwd: made.directory });
  const [printed] = (await once(server.stdout.setEncoding('utf8'), 'data')) as [string];
  const { url } = JSON.parse(printed) as { readonly url: string };
  const headers = { authorization: `Bearer ${new URL(url).hash.slice('#token='.length)}`, 'content-type': 'application/json' };
  const ask = async <Answer>(path: string, body?: object) => {
    const options = body ? { method: 'POST', body: JSON.stringify(body) } : {};
    const answered = await fetch(`${new URL(url).origin}/api/v1${path}`, { headers, ...options });
    return { status: answered.status, body: (await answered.json()) as Answer };
  };
  try {
    const { body: list } = await ask<DraftList>('/drafts');
    expect(list.drafts.map(({ id }) => id)).toEqual([made.id(1)]);
    expect(list.faulty).toEqual([{ file: 'torn.json', fault: expect.stringContaining('not JSON') }]);
    const { body: seen } = await ask<DraftSheet>(`/drafts/${made.id(1)}`);
    expect(seen.policy?.typed).toContainEqual({ field: 'accepted', typed: 'false' });
    const file = join(made.directory, 'agent.ts');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, before.replaceAll('<= 20', '<= 40'));
    const approve = (sheet: DraftSheet) =>
      ask<object>(`/drafts/${made.id(1)}/answer`, { hash: sheet.hash, answer: 'approve', seen: sheet.policy?.typed, caseId: 'heavy' });
    expect(await approve(seen)).toMatchObject({
      status: 409,
      body: { error: expect.stringContaining('Nothing was saved. Look at it again') },
    });
    const { body: again } = await ask<DraftSheet>(`/drafts/${made.id(1)}`);
    expect(again.policy?.typed).toContainEqual({ field: 'accepted', typed: 'true' });
    writeFileSync(file, 'export const desk = nothing;');
    expect(await ask<object>('/drafts')).toMatchObject({ status: 400, body: { error: expect.stringContaining('nothing is not defined') } });
    writeFileSync(file, before.replaceAll('<= 20', '<= 40'));
    expect(await approve(again)).toMatchObject({ status: 200 });
    expect(made.readCase('heavy')).toMatchObject({ label: { decision: { accepted: true } } });
  } finally {
    server.kill('SIGINT');
    await once(server, 'exit');
  }
});
