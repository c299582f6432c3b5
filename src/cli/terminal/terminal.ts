import { styleText } from 'node:util';
import { exitCodes } from '../../contracts/docket-error.ts';
import { foldTo } from './display-width.ts';
import { loseReader } from './lost-reader.ts';

/** Colours and weights as `util.styleText` names them. */
export type Style = Parameters<typeof styleText>[0];

/** One of the two streams text is printed to. Text that is not Docket's own goes through `plainText` before it comes here. */
export interface Output {
  /** Prints the text and a line break. On a terminal a line that is too long goes on below, broken between words. */
  line(text?: string): void;
  /** Prints the text as it is; for a line that is drawn over, and for JSON. @param written is told the end, with an error where nobody reads */
  raw(text: string, written?: (error?: Error | null) => void): void;
  /** Colours a text when this stream shows colours (a terminal, FORCE_COLOR; never with NO_COLOR). */
  style(style: Style, text: string): string;
  readonly columns: number;
  /** True when a person looks on and a line may be drawn over. */
  readonly live: boolean;
}

/** Where the command line prints: results on `out`, everything else on `note`. */
export interface Terminal {
  readonly out: Output;
  readonly note: Output;
  readonly environment: NodeJS.ProcessEnv;
}

/** Columns when the output is no terminal and nobody says how wide it is. */
const defaultColumns = 100;

/**
 * The process's own streams.
 * @param words Docket's own arguments: with `--json` nothing else reaches standard output, whatever an agent and its packages print there
 */
export function processTerminal(words: readonly string[]): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', ({ code }: NodeJS.ErrnoException) => {
      // The reader went away (`| head`): a run that pays for what it prints ends. A terminal that was closed says so by a signal, which may be ignored on purpose.
      if (code === 'EPIPE' && stream === process.stdout) loseReader();
      if (code === 'EPIPE' || code === 'EIO') return;
      process.stderr.write(`error: the output cannot be written (${code}). Free some space, or write it somewhere else.\n`);
      process.exit(exitCodes.incomplete);
    });
  }
  const out = outputTo(process.stdout);
  if (words.includes('--json')) process.stdout.write = process.stderr.write.bind(process.stderr);
  return { out, note: outputTo(process.stderr), environment: process.env };
}

function outputTo(stream: NodeJS.WriteStream): Output {
  const given = Number(process.env.COLUMNS);
  const write = stream.write.bind(stream);
  return {
    line: (text = '') => {
      const lines = stream.isTTY ? text.split('\n').flatMap((line) => foldTo(line, stream.columns)) : [text];
      write(`${lines.join('\n')}\n`);
    },
    raw: (text, written) => void write(text, written),
    style: (style, text) => (text === '' ? '' : styleText(style, text, { stream })),
    get columns() {
      // A pager shows what is piped to it on the same terminal.
      return stream.columns || process.stderr.columns || (Number.isInteger(given) && given > 0 ? given : defaultColumns);
    },
    live: stream.isTTY === true && !process.env.CI && process.env.TERM !== 'dumb',
  };
}
