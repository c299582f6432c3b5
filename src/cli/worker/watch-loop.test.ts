import { expect, it } from 'vitest';
import { runProcess } from '../testing/run-process.ts';

const watchLoop = new URL('watch-loop.ts', import.meta.url).href;
const run = (then: string) =>
  runProcess(['--input-type=module', '-e', `import { watchLoop } from '${watchLoop}'; const stop = watchLoop(1); ${then}`], {
    directory: process.cwd(),
    environment: {},
  });

it('ends a process whose loop stands still, with a word, and no other', { tags: ['slow'] }, async () => {
  const [held, free] = await Promise.all([
    run('setTimeout(() => { for (;;); }, 100);'),
    run('setTimeout(() => { stop(); console.log("free"); }, 2200);'),
  ]);
  expect([held.code, held.stderr]).toEqual([null, expect.stringContaining('The agent has held this process for 1 s in one go.')]);
  expect([free.code, free.stdout]).toEqual([0, 'free\n']);
});
