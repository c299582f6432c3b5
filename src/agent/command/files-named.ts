import { existsSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Files of a folder that a command names, each with its address: they are code of the agent, whatever its configuration says. */
export function filesNamed(command: readonly string[], directory: string): Record<string, string> {
  const files = command.slice(1).concat(/[\\/]/.test(command[0] ?? '') && !isAbsolute(command[0] ?? '') ? [command[0] ?? ''] : []);
  return Object.fromEntries(
    files.flatMap((word) => {
      const file = resolve(directory, word);
      const isOwn = !relative(directory, file).startsWith('..') && existsSync(file) && statSync(file).isFile();
      return isOwn ? [[`file ${relative(directory, file)}`, pathToFileURL(file).href]] : [];
    }),
  );
}
