import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { sha256 } from '../contracts/canonical-json.ts';
import { DocketError } from '../contracts/docket-error.ts';
import type { JsonObject } from '../contracts/json.ts';
import { mayLoadAnyPackage } from './command/any-package.ts';
import { CommandRunner } from './command/command-runner.ts';
import { filesNamed, placeBelow } from './command/files-named.ts';
import type { Agent } from './define-agent.ts';
import { type OwnAgentDefinition, ownAgent } from './own-agent.ts';
import type { ReadDecision } from './own-read.ts';
import type { OwnContext } from './own-run.ts';
import { jsonSchemaOf, type OwnSchema } from './own-schema.ts';
import { filePath } from './source-closure.ts';
import { type TracesMode, tracesModes } from './traces-mode.ts';

/** What an agent that is a program declares. */
export interface CommandAgentDefinition<Input extends object, Decision extends object> extends OwnAgentDefinition<Input, Decision> {
  /** The program and its arguments. No shell reads them; files that they name, relative to `directory`, are part of the fingerprint. */
  readonly command: readonly [program: string, ...words: string[]];
  /** `import.meta.url` of this file, or the address of the program's own: it, and what it imports where it is JavaScript, is part of the fingerprint. */
  readonly source: string;
  /**
   * All other files that the program is made of or opens, as patterns relative to `docket.config.ts` (`agent/**`); Docket cannot see what a program in
   * another language imports. They may be left out where each version names its `factors`. With an empty list the gate takes a change of any file of the repository for one of the agent.
   */
  readonly reads?: readonly string[];
  /** Folder in which it runs, relative to the file that `source` names; that file's folder when not given. */
  readonly directory?: string;
  /** True: one process answers many trials, a JSON object a line on standard input and output. False, when not given: a new process for each trial. */
  readonly worker?: boolean;
  /** What a new process is given on standard input; the input as JSON when not given. */
  readonly stdin?: (input: Input, context: Pick<OwnContext, 'version'>) => string;
  /** How the decision is read from the output; when not given, the output is the decision as JSON. */
  readonly read?: ReadDecision;
  /** Variables that the program gets beside those of the environment. Nothing secret: they stand in the configuration. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Names of variables of the environment without which it cannot run: one that is missing is told before the first trial. */
  readonly needs?: readonly string[];
  /** When the spans that it sends count; `flushed` when not given. */
  readonly traces?: TracesMode;
  /** Most bytes of one answer; 8 MiB when not given. */
  readonly longestAnswer?: number;
}

/**
 * Declares an agent that is any program, in any language. What it sends to `OTEL_EXPORTER_OTLP_ENDPOINT`, which is set for it, becomes the transcript of
 * its trials.
 * @throws {DocketError} when a version, a scorer, a schema or the command cannot be used
 */
export function commandAgent<Input extends object, Decision extends object>(definition: CommandAgentDefinition<Input, Decision>): Agent {
  const {
    command,
    source,
    directory: folder,
    worker = false,
    stdin,
    read,
    variables = {},
    needs = [],
    traces = 'flushed',
    ...rest
  } = definition;
  const { longestAnswer = 8 * 1024 * 1024, ...shared } = rest;
  const at = `agent "${definition.name}"`;
  if (!Array.isArray(command) || command.length === 0 || !command.every((word) => typeof word === 'string') || command[0] === '')
    throw new DocketError(`${at}: "command" is no command. Expected the program and its arguments, each a text: ['python', 'agent.py'].`);
  if (typeof source !== 'string')
    throw new DocketError(`${at}: "source" is missing. Expected import.meta.url, or the program's own file as an address.`);
  const versions = Object.values(definition.versions ?? {});
  const named = versions.length > 0 && versions.every(({ factors = {} }) => Object.keys(factors).length > 0);
  if (!named && !Array.isArray(definition.reads))
    throw new DocketError(
      `${at}: "reads" is missing. Docket cannot see which files a program is made of: list them as patterns, for example ['agent/**/*.py'], or give [].`,
    );
  if (worker && stdin)
    throw new DocketError(`${at}: "stdin" is for a new process each trial; a worker is given JSON lines. Leave one of them out.`);
  if (!tracesModes.includes(traces))
    throw new DocketError(`${at}: "traces" is ${JSON.stringify(traces)}, expected ${tracesModes.join(', ')}.`);
  const directory = resolve(dirname(filePath(source)), folder ?? '.');
  const runner = new CommandRunner({
    agent: definition.name,
    command: command as readonly [string, ...string[]],
    directory,
    worker,
    stdin: stdin as ((input: JsonObject, context: Pick<OwnContext, 'version'>) => string) | undefined,
    read,
    schema: jsonSchemaOf(definition.decision as OwnSchema<never>, 'input'),
    variables,
    needs,
    traces,
    longestAnswer,
  });
  return ownAgent(shared, {
    kind: 'command',
    source,
    answers: (input, trial) => runner.answer(input, trial),
    check: () => runner.check(),
    how: howOf(command, directory, { worker, stdin, read, variables, traces }),
    sources: filesNamed(command, directory),
    anyPackage: mayLoadAnyPackage(command),
    close: async () => runner.close(),
  });
}

/** The command as it is in any checkout, with a hash of what else says how it is run. */
function howOf(command: readonly string[], directory: string, rest: Readonly<Record<string, unknown>>): string {
  const words = command.map((word, index) => {
    if (index === 0 && word === process.execPath) return 'node';
    const below = isAbsolute(word) && !relative(directory, word).startsWith('..');
    return below ? placeBelow(directory, word) : word;
  });
  const text = JSON.stringify(rest, (_, value) => (typeof value === 'function' || value instanceof RegExp ? String(value) : value));
  return `${words.join(' ')} (${sha256(text).slice(0, 12)})`;
}
