import { runHere } from './run-here.ts';

/** The words of every command that does something, as the help texts list them. */
export async function commandsBelow(words: readonly string[] = []): Promise<string[][]> {
  const { stdout } = await runHere([...words, '--help']);
  const [, listed = ''] = /\nCommands:\n(.*?)(?:\n\n|$)/s.exec(stdout) ?? [];
  const names = [...listed.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
  const below = await Promise.all(names.map((name) => commandsBelow([...words, name])));
  return names.length === 0 ? [[...words]] : below.flat();
}
