import { existsSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Files of a folder that a command names, each with its address: they are code of the agent, whatever its configuration says. */
export function filesNamed(command: readonly string[], directory: string): Record<string, string> {
  const files = command.slice(1).concat(/[\\/]/.test(command[0] ?? '') && !isAbsolute(command[0] ?? '') ? [command[0] ?? ''] : []);
  return Object.fromEntries(
    files.flatMap((word) => {
      const file = resolve(directory, word);
      const isOwn = !relative(directory, file).startsWith('..') && existsSync(file) && statSync(file).isFile();
      return isOwn ? [[`file ${placeBelow(directory, file)}`, pathToFileURL(file).href]] : [];
    }),
  );
}

/** A file's place in a folder, written alike on every system. */
export function placeBelow(folder: string, file: string): string {
  return relative(folder, file).split(sep).join('/');
}
