import { fileURLToPath } from 'node:url';

/** Docket's own folder: the package where it is installed, the repository in a clone. */
const docket = new URL('../../../', import.meta.url).href;

/** A fault of the project's own code. */
export interface ProjectFault {
  /** `file:line:column` of the code that threw. */
  readonly place: string;
  /** The message, and the stack as far as it is not Docket's. */
  readonly stack: string;
}

/**
 * Whether the project's own code (its agent's policy, scorers, simulator, templates) threw an error, and where; undefined when Docket did.
 * What Node.js or a package threw is the fault of whoever called it.
 */
export function projectFault(error: unknown): ProjectFault | undefined {
  const lines = error instanceof Error ? (error.stack ?? '').split('\n') : [];
  for (const line of lines) {
    const [, file, position] = /^ +at .*?(file:\/\/[^\s()]+?):(\d+:\d+)\)?$/.exec(line) ?? [];
    if (file === undefined) continue;
    if (file.startsWith(docket)) return undefined;
    if (file.includes('/node_modules/')) continue;
    const own = lines.findIndex((other) => other.includes(docket));
    return { place: `${fileURLToPath(file)}:${position}`, stack: lines.slice(0, own === -1 ? lines.length : own).join('\n') };
  }
  return undefined;
}
