import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { simulatedModel } from '../../model/simulated.ts';
import type { Simulator } from '../../model/simulator.ts';
import { type ReceivedRequest, serveModel } from '../../model/stand-in/serve-model.ts';
import { unannounced } from '../../model/testing/loopback.ts';
import { runHere } from '../testing/run-here.ts';
import { falls, plannedChange, planWith, versionProject } from '../testing/version-project.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const project = versionProject();
const requests: ReceivedRequest[] = [];
let served: Awaited<ReturnType<typeof serveModel>>;

/** A draft whose one change helps. */
beforeAll(async () => {
  const change = plannedChange({
    ...{ id: 'P0-1', group: 'prompt', after: 'Take no parcel that is over the limit.' },
    promise: falls('false-approval', ['of-30-kg', 'of-35-kg']),
  });
  project.write('reports/improvement-plan.json', planWith([change]));
  expect((await runHere(['version', 'draft', 'v2', '--from', 'v1'], project)).code).toBe(0);
  const { simulator } = (await import(pathToFileURL(join(project.directory, 'agent/simulator.ts')).href)) as { simulator: Simulator };
  served = await serveModel(unannounced(simulatedModel(simulator)), { onRequest: (request) => requests.push(request) });
});
afterAll(async () => {
  await served.close();
  project[Symbol.dispose]();
});

async function connected(...words: readonly string[]): Promise<Client> {
  const client = new Client({ name: 'a client', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const env = { PATH: process.env.PATH ?? '', ANTHROPIC_API_KEY: 'sk-ant-nobody', ANTHROPIC_BASE_URL: served.url };
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [main, 'mcp', ...words], cwd: project.directory, env, stderr: 'ignore' }),
  );
  return client;
}

describe('a draft is tried on a live model over MCP', { tags: ['slow'] }, () => {
  test('within the budget of the server, which is spent by it', async () => {
    const client = await connected('--budget', '0.5');
    const call = (given: object) =>
      client.callTool(
        { name: 'try_version', arguments: { version: 'v2', against: 'v1', trials: 10, mode: 'live', ...given } },
        { timeout: 170_000 },
      );
    const tried = await call({ dollars: 0.4 });
    expect(JSON.stringify(tried.content)).not.toContain('error');
    expect(tried.structuredContent).toMatchObject({
      mode: 'live',
      verdict: 'pass',
      promises: [{ name: 'false-approval', before: '20 of 20', after: '0 of 20' }],
    });
    const asked = requests.length;
    expect(asked).toBeGreaterThan(0);
    // What was run is stored: it costs nothing again.
    expect((await call({ dollars: 0.1 })).structuredContent).toMatchObject({ mode: 'live' });
    expect(requests.length).toBe(asked);
    await client.close();
  });

  test('and asks nothing without one, or when it is too small', async () => {
    const asked = requests.length;
    const none = await connected();
    const refused = await none.callTool({ name: 'try_version', arguments: { version: 'v2', against: 'v1', mode: 'live', trials: 20 } });
    expect(refused).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('started without a budget') }] });
    await none.close();
    expect(requests.length).toBe(asked);
    const little = await connected('--budget', '0.0001');
    const stopped = await little.callTool({ name: 'try_version', arguments: { version: 'v2', against: 'v1', mode: 'live', trials: 40 } });
    expect(JSON.stringify(stopped)).toMatch(/budget/i);
    // A call under way may go over it by itself, and no more.
    expect(requests.length - asked).toBeLessThan(40);
    await little.close();
  });
});
