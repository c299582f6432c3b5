import { expect, test } from 'vitest';
import { runProcess } from '../testing/run-process.ts';

const terminal = new URL('terminal.ts', import.meta.url).href;

/** What each stream gets where an agent prints, too. */
function printing(...words: readonly string[]) {
  const script = `
    import { processTerminal } from '${terminal}';
    const { out } = processTerminal(${JSON.stringify(words)});
    console.log('by the agent');
    process.stdout.write('by its package\\n');
    out.line('the result');
    out.raw('and more');`;
  return runProcess(['--input-type=module', '-e', script], { directory: process.cwd(), environment: {} });
}

test('with --json nothing but the result reaches standard output, and what an agent prints is not lost', async () => {
  expect(await printing('eval', '--json')).toEqual({
    code: 0,
    stdout: 'the result\nand more',
    stderr: 'by the agent\nby its package\n',
  });
});

test('otherwise each stream gets what is printed there', async () => {
  expect(await printing('eval')).toMatchObject({ stdout: 'by the agent\nby its package\nthe result\nand more', stderr: '' });
});
