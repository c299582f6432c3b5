import { resolve } from 'node:path';
import { DocketError } from '../../../contracts/docket-error.ts';
import { loadConfig } from '../../../flows/load-config.ts';
import { exportSuite, writeExport } from '../../../flows/suites/export-suite.ts';
import { type SuiteFormatName, suiteFormats } from '../../../suites/suite-formats.ts';
import { counted } from '../../../text/figures.ts';
import { plainLine } from '../../../text/hostile-text.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { printJson } from '../../terminal/plain-json.ts';
import { shownFile } from '../review/view.ts';

export interface ExportCommandOptions {
  readonly to: SuiteFormatName;
  readonly tags?: readonly string[];
  readonly overwrite?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Exports the cases to a file, or prints them. */
export async function runExport(file: string | undefined, options: ExportCommandOptions, context: CommandContext): Promise<void> {
  const { out, note } = context.terminal;
  if (options.json && file === undefined)
    throw new DocketError('--json says what was written, so it needs a file: docket cases export --to csv cases.csv --json');
  const config = await loadConfig(context.invocation.directory);
  const { cases, disputed, pieces, format } = await exportSuite(config, options.to, options.tags);
  const path = file === undefined ? undefined : resolve(context.invocation.directory, file);
  if (path === undefined) {
    if (!options.dryRun) for (const piece of pieces) out.raw(piece);
  } else if (!options.dryRun) writeExport(path, pieces, options.overwrite === true);
  if (options.json)
    printJson({ kind: 'exported-cases', format, cases, disputed, file: path && shownFile(path), dryRun: options.dryRun === true }, out);
  else if (path !== undefined) {
    const what = `${counted(cases, 'case')} for ${suiteFormats[format].title}`;
    out.line(
      options.dryRun
        ? `${what} would be written to ${plainLine(shownFile(path))}.`
        : `${out.style('green', '✓')} ${what} in ${plainLine(shownFile(path))}.`,
    );
  }
  if (!options.json && disputed.length > 0)
    note.line(
      note.style(
        'yellow',
        `! ${counted(disputed.length, 'case')} in dispute: only the label in its file is written (${disputed.slice(0, 10).map(plainLine).join(', ')}).`,
      ),
    );
}
