import { expect, it } from 'vitest';
import { commandsBelow } from '../testing/commands-below.ts';
import { runHere } from '../testing/run-here.ts';

it('every command takes --json, as the documentation says', async () => {
  const commands = await commandsBelow();
  expect(commands.length).toBeGreaterThan(20);
  const without = [];
  // What they print is a protocol already, or a program for a shell.
  for (const words of commands.filter(([name = '']) => !['mcp', 'completion'].includes(name))) {
    const { stdout } = await runHere([...words, '--help']);
    if (!/^ {2}--json {2}/m.test(stdout)) without.push(words.join(' '));
  }
  expect(without).toEqual([]);
});
