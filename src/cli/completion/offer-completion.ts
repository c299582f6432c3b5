import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';

/** What an option's value names. */
type Named = 'cases' | 'versions';
const namedBy: Readonly<Record<string, Named>> = { case: 'cases', version: 'versions', versions: 'versions', against: 'versions' };

/**
 * Adds `completion <shell>`, which prints a script for the shell, and `complete -- <words>`, which that script asks for suggestions.
 * @param namesOf names of the project; asked for only when a value that is one is being typed
 */
export async function offerCompletion(
  program: Command,
  words: readonly string[],
  namesOf: (kind: Named) => Promise<readonly string[]>,
): Promise<void> {
  const root = tab(program, { completionCommandName: 'completion' });
  // Otherwise it is taken for that of a command, which names a version of the agent.
  root.options.delete('version');
  const [asked, , ...typed] = words;
  const option = typed.at(-2)?.replace(/^--/, '') ?? '';
  const kind = asked === 'complete' && typed.at(-2)?.startsWith('--') ? namedBy[option] : undefined;
  if (!kind) return;
  const names = await namesOf(kind);
  for (const { options } of root.commands.values()) {
    const completed = options.get(option);
    if (completed)
      completed.handler = (complete) => {
        for (const name of names) complete(name, '');
      };
  }
}
