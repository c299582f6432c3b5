import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/** True when there is such a program, as the system would look for it: on the PATH, or at a place relative to the folder in which it runs. */
export function findsProgram(program: string, directory: string, path = process.env.PATH ?? ''): boolean {
  if (isAbsolute(program) || /[\\/]/.test(program)) return isProgram(resolve(directory, program));
  // Windows adds one of several endings.
  const endings = process.platform === 'win32' ? ['', ...(process.env.PATHEXT ?? '').split(';')] : [''];
  return path.split(delimiter).some((folder) => endings.some((ending) => isProgram(join(folder, program + ending))));
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
