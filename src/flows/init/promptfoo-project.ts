import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { JsonObject } from '../../contracts/json.ts';
import { isObject } from '../../suites/json-values.ts';

/** The first prompt and provider of a promptfoo configuration, as far as they are plain. */
export interface PromptfooProject {
  /** The configuration's file. */
  readonly file: string;
  /** A text, or the path of a file that holds one. */
  readonly prompt?: { readonly text: string } | { readonly file: string };
  readonly provider?: string;
  readonly config?: JsonObject;
}

/** Longest configuration that is looked at, in bytes. */
const longest = 4 * 1024 * 1024;

/** Reads one without running anything of it; a module says nothing, and neither does what is damaged: promptfoo says what is wrong with it. */
export function readPromptfooProject(directory: string, file: string): PromptfooProject {
  const path = join(directory, file);
  if (!/\.(?:ya?ml|json)$/.test(file) || statSync(path).size > longest) return { file };
  let value: unknown;
  try {
    value = parse(readFileSync(path, 'utf8'), { maxAliasCount: 100 });
  } catch {
    return { file };
  }
  if (!isObject(value)) return { file };
  const prompt = promptOf(first(value.prompts), directory);
  return { file, ...(prompt ? { prompt } : {}), ...providerOf(first(value.providers ?? value.targets)) };
}

function first(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

function promptOf(value: unknown, directory: string): PromptfooProject['prompt'] {
  const text = isObject(value) ? (value.raw ?? value.id) : value;
  if (typeof text !== 'string' || text.trim() === '') return undefined;
  const file = /^(?:file:\/\/)?(?!\/)(\S+\.(?:txt|md|json))$/.exec(text.trim())?.[1];
  if (file === undefined) return text.startsWith('file://') ? undefined : { text };
  const content = statSync(join(directory, file), { throwIfNoEntry: false })?.isFile() ? readFileSync(join(directory, file), 'utf8') : '';
  // Several prompts in a file are told apart by such a line.
  return content.trim() === '' || /^---$/m.test(content) ? undefined : { file };
}

function providerOf(value: unknown): Pick<PromptfooProject, 'provider' | 'config'> {
  if (typeof value === 'string') return { provider: value };
  if (!isObject(value)) return {};
  if (typeof value.id === 'string') return { provider: value.id, ...(isObject(value.config) ? { config: value.config } : {}) };
  const [id, ...others] = Object.keys(value);
  if (id === undefined || others.length > 0) return {};
  const settings = value[id];
  return { provider: id, ...(isObject(settings) && isObject(settings.config) ? { config: settings.config } : {}) };
}
