import type { Invocation } from '../invocation.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** What every command is given. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly invocation: Invocation;
  /** Sets the process's exit code once the command is done. */
  exit(code: number): void;
}
