import { exitCodes } from '../../contracts/docket-error.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { CommandContext } from '../command/command-context.ts';
import { padTo, wrapTo } from '../terminal/display-width.ts';
import { printJson } from '../terminal/plain-json.ts';
import type { Output, Style } from '../terminal/terminal.ts';
import type { Check } from './check.ts';
import { examine } from './examine.ts';

export interface DoctorOptions {
  readonly json?: boolean;
  readonly online?: boolean;
}

/** Makes every check and prints it with what to do about it. */
export async function runDoctor({ json, online = false }: DoctorOptions, context: CommandContext): Promise<void> {
  const { out, environment } = context.terminal;
  const { mode, checks } = await examine(context.invocation.directory, environment, online);
  if (json) printJson({ kind: 'doctor', mode, checks }, out);
  else for (const line of checks.flatMap((check) => checkLines(check, out))) out.line(line);
  if (checks.some(({ state }) => state === 'fail')) context.exit(exitCodes.usage);
}

const signs: Readonly<Record<Check['state'], { readonly sign: string; readonly style: Style }>> = {
  ok: { sign: '✓ ok  ', style: 'green' },
  warn: { sign: '! warn', style: 'yellow' },
  fail: { sign: '✗ fail', style: 'red' },
};

function checkLines({ name, state, text, advice }: Check, output: Output): string[] {
  const { sign, style } = signs[state];
  const indent = 18;
  const room = Math.max(20, output.columns - indent - 1);
  const texts = [
    ...text.split('\n').flatMap((line) => wrapTo(plainLine(line), room)),
    ...(advice ? wrapTo(`→ ${plainLine(advice)}`, room) : []),
  ];
  return texts.map((line, index) =>
    index === 0 ? `${output.style(style, sign)}  ${output.style('bold', padTo(name, indent - 8))}${line}` : ' '.repeat(indent) + line,
  );
}
