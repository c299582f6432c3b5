import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OwnServer } from './own-server.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'docket-server-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Serves its name after a while, and starts a child that would stay. */
const server = `
import { spawn } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
appendFileSync('starts', 'x');
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
writeFileSync('child', String(child.pid));
let ready = false;
setTimeout(() => (ready = true), 50);
createServer((request, response) => {
  if (request.url === '/end') process.exit(1);
  response.writeHead(request.url === '/health' && !ready ? 503 : 200).end(process.argv[2]);
}).listen(Number(process.env.PORT), '127.0.0.1');
`;
const settings = (words: readonly string[], more: object = {}) => ({
  command: [process.execPath, ...words] as [string, ...string[]],
  directory: folder,
  ready: '/health' as string | undefined,
  readyMs: 60_000,
  environment: () => ({}),
  ...more,
});
const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

/** Longer than a busy machine takes. */
const patience = { timeout: 60_000 };

describe("an agent's own server", () => {
  it('is started once on a port of its own, started anew when it ended, and gone with its children', async () => {
    writeFileSync(join(folder, 'server.mjs'), server);
    const own = new OwnServer(settings(['server.mjs', 'port $PORT']));
    const [first, second] = await Promise.all([own.origin(), own.origin()]);
    expect(second).toBe(first);
    expect(await (await fetch(first)).text()).toBe(`port ${new URL(first).port}`);
    const child = Number(readFileSync(join(folder, 'child'), 'utf8'));
    await fetch(`${first}/end`).catch(() => {});
    await vi.waitFor(() => expect(isRunning(child)).toBe(false), patience);
    const again = await own.origin();
    expect(await (await fetch(again)).text()).toContain('port');
    expect(readFileSync(join(folder, 'starts'), 'utf8')).toBe('xx');
    own.close();
    await vi.waitFor(() => expect(isRunning(Number(readFileSync(join(folder, 'child'), 'utf8')))).toBe(false), patience);
  });

  it('is gone with its children when the process that started it is killed', async () => {
    writeFileSync(join(folder, 'server.mjs'), server);
    const module = new URL('./own-server.ts', import.meta.url).href;
    const text = `import { OwnServer } from '${module}';
      console.log(await new OwnServer({ command: [process.execPath, 'server.mjs', 'x'], directory: ${JSON.stringify(folder)}, ready: '/health', readyMs: 60_000, environment: () => ({}) }).origin());
      setInterval(() => {}, 1000);`;
    const starting = spawn(process.execPath, ['--input-type=module', '-e', text], { stdio: ['ignore', 'pipe', 'inherit'] });
    const origin = await new Promise<string>((resolve) => starting.stdout.once('data', (line: Buffer) => resolve(String(line).trim())));
    const child = Number(readFileSync(join(folder, 'child'), 'utf8'));
    expect(isRunning(child)).toBe(true);
    starting.kill('SIGKILL');
    await vi.waitFor(() => expect(isRunning(child)).toBe(false), patience);
    await expect(fetch(origin)).rejects.toThrow();
  });

  it.each([
    [
      'ends at once',
      "console.error('no such table'); process.exit(3);",
      /ended with exit code 3 before it served\. It logged: no such table/,
    ],
    ['never serves', 'setInterval(() => {}, 1000);', /did not answer \/health within 0\.3 s/],
  ])('that %s is told with what it logged', async (_, text, message) => {
    writeFileSync(join(folder, 'server.mjs'), text);
    const own = new OwnServer(settings(['server.mjs'], { readyMs: text.includes('exit') ? 60_000 : 300 }));
    await expect(own.origin()).rejects.toThrow(message);
    expect(existsSync(join(folder, 'child'))).toBe(false);
  });

  it('that cannot be started is told', async () => {
    const own = new OwnServer({ ...settings([]), command: ['no-such-server'] });
    await expect(own.origin()).rejects.toThrow('could not be started (ENOENT)');
  });
});
