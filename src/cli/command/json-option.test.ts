import { expect, it } from 'vitest';
import { runHere } from '../testing/run-here.ts';

/** The words of every command that does something, as the help texts list them. */
async function commandsBelow(words: readonly string[] = []): Promise<string[][]> {
  const { stdout } = await runHere([...words, '--help']);
  const [, listed = ''] = /\nCommands:\n(.*?)(?:\n\n|$)/s.exec(stdout) ?? [];
  const names = [...listed.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
  const below = await Promise.all(names.map((name) => commandsBelow([...words, name])));
  return names.length === 0 ? [[...words]] : below.flat();
}

it('every command takes --json, as the documentation says', async () => {
  const commands = await commandsBelow();
  expect(commands.length).toBeGreaterThan(20);
  const without = [];
  for (const words of commands) {
    const { stdout } = await runHere([...words, '--help']);
    if (!/^ {2}--json {2}/m.test(stdout)) without.push(words.join(' '));
  }
  expect(without).toEqual([]);
});
