import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';

const watching = `import { endWithParent } from ${JSON.stringify(new URL('end-with-parent.ts', import.meta.url).href)};
endWithParent(process.env); setInterval(() => {}, 1000);
process.on('SIGTERM', () => { console.log('ended'); process.exit(0); }); console.log('there');`;
const server = `import { spawn } from 'node:child_process';
spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(watching)}], { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, DOCKET_ENDS_WITH: String(process.pid) } });`;

test('a command ends once the server that started it was killed', async () => {
  const parent = spawn(process.execPath, ['--input-type=module', '-e', server], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const read = createInterface({ input: parent.stdout }).on('line', (line) => {
    lines.push(line);
    if (line === 'there') parent.kill('SIGKILL');
  });
  await once(read, 'close');
  expect(lines).toEqual(['there', 'ended']);
});
