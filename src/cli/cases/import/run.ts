import { resolve } from 'node:path';
import { exitCodes } from '../../../contracts/docket-error.ts';
import type { JsonValue } from '../../../contracts/json.ts';
import { loadConfig } from '../../../flows/load-config.ts';
import { gitReviewer } from '../../../flows/promote/index.ts';
import { importSuite } from '../../../flows/suites/index.ts';
import type { SuiteFormatName } from '../../../suites/suite-formats.ts';
import type { SuiteMapping } from '../../../suites/suite-mapping.ts';
import { count } from '../../../text/figures.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { drawOver } from '../../terminal/draw-over.ts';
import { endInterrupted, onInterrupt } from '../../terminal/interruption.ts';
import { printJson } from '../../terminal/plain-json.ts';
import { printImport } from './view.ts';

export interface ImportCommandOptions {
  readonly from?: SuiteFormatName;
  readonly input?: string;
  readonly expected?: string;
  readonly id?: string;
  readonly title?: string;
  readonly tags?: string;
  readonly map?: Readonly<Record<string, string>>;
  readonly value?: Readonly<Record<string, Readonly<Record<string, JsonValue>>>>;
  readonly saveMapping?: boolean;
  readonly prefix?: string;
  readonly assertions?: string;
  readonly reviewed?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Imports a suite into the project's cases and says what came of it. */
export async function runImport(file: string, options: ImportCommandOptions, context: CommandContext): Promise<void> {
  const { terminal, invocation } = context;
  const config = await loadConfig(invocation.directory);
  const reviewer = options.reviewed ? await gitReviewer(config.root) : undefined;
  const interruption = onInterrupt();
  try {
    const done = await importSuite({
      config,
      path: resolve(invocation.directory, file),
      ...(options.from === undefined ? {} : { from: options.from }),
      mapping: askedMapping(options),
      saveMapping: options.saveMapping === true,
      prefix: options.prefix ?? '',
      ...(reviewer === undefined ? {} : { reviewer }),
      dryRun: options.dryRun === true,
      ...(options.assertions === undefined ? {} : { assertions: resolve(invocation.directory, options.assertions) }),
      today: new Date().toISOString().slice(0, 10),
      signal: interruption.signal,
      onProgress: (rows) => drawOver(terminal.note, `${count(rows)} rows`),
    });
    drawOver(terminal.note);
    if (options.json) printJson({ kind: 'imported-cases', ...done }, terminal.out);
    else printImport(done, config, terminal);
    if (done.left.length + done.conflicts.length > 0) context.exit(exitCodes.regressed);
  } catch (error) {
    drawOver(terminal.note);
    endInterrupted(error, context, '. What was written stays; the same command goes on.');
  } finally {
    interruption.stop();
  }
}

function askedMapping({ input, expected, id, title, tags, map = {}, value = {} }: ImportCommandOptions): SuiteMapping {
  return {
    ...(input === undefined ? {} : { input }),
    ...(expected === undefined ? {} : { expected }),
    ...(id === undefined ? {} : { id }),
    ...(title === undefined ? {} : { title }),
    ...(tags === undefined ? {} : { tags }),
    ...(Object.keys(map).length === 0 ? {} : { fields: { ...map } }),
    ...(Object.keys(value).length === 0
      ? {}
      : { values: Object.fromEntries(Object.entries(value).map(([field, words]) => [field, { ...words }])) }),
  };
}
