import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Environment } from './credentials.ts';

/** The variables as this process was started with, before any code of a project could change them. */
const atStart: Environment = { ...process.env };

/**
 * What the environment itself says, for the environment that a caller gave: of `process.env` the variables at the start, because a
 * configuration is code and may have set others since.
 */
export function ownEnvironment(given: Environment): Environment {
  return given === process.env ? atStart : given;
}

/**
 * Takes back what a project's code did to variables of the model that were set at the start, and to the headers that are added to every
 * call: the SDK reads them from `process.env` itself.
 */
export function restoreModelVariables(): void {
  for (const name of new Set([...Object.keys(atStart).filter(decidesCalls), 'ANTHROPIC_CUSTOM_HEADERS'])) {
    const value = atStart[name];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

/** True for variables that say who calls which server, and by which way. */
function decidesCalls(name: string): boolean {
  return name.startsWith('ANTHROPIC_') || /^(?:https?|no)_proxy$/i.test(name);
}

/** Files of variables as programs read them; those that only show how one looks are read by nobody. */
const variableFile = /^\.env(?!.*\.(?:example|sample|template|dist)$)|\.env$/;

/**
 * What the environment itself says, in a program that has read files of variables into `process.env` before this module was loaded, as
 * promptfoo does: without what a file of the folder says, too.
 */
export function withoutFilesOf(folder: string, environment: Environment): Environment {
  const said = readdirSync(folder)
    .filter((name) => variableFile.test(name))
    .flatMap((name) => Object.entries(variablesOf(join(folder, name))));
  return Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => !said.some(([each, other]) => each === name && other === value)),
  );
}

function variablesOf(file: string): Environment {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}
