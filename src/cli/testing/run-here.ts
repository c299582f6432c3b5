import { runCommandLine } from '../command-line.ts';
import type { Output } from '../terminal/terminal.ts';
import type { RunOptions } from './run-docket.ts';
import type { Ended } from './run-process.ts';

/** Runs a command line in this process: the same front door as `main.ts` opens, for the many command lines that need no process of their own. */
export async function runHere(
  words: readonly string[],
  { directory = process.cwd(), environment = {} }: Omit<RunOptions, 'onStart'> = {},
): Promise<Ended> {
  const out = captured();
  const note = captured();
  const code = await runCommandLine({ program: 'docket', words, directory }, { out, note, environment });
  return { code, stdout: out.text, stderr: note.text };
}

function captured(): Output & { text: string } {
  return {
    text: '',
    columns: 100,
    live: false,
    style: (_, text) => text,
    raw(text, written) {
      this.text += text;
      written?.();
    },
    line(text = '') {
      this.text += `${text}\n`;
    },
  };
}
