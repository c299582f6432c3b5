import { join, posix } from 'node:path';
import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject } from '../../contracts/json.ts';
import { placeholder } from '../../contracts/placeholder.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { LoadedConfig } from '../load-config.ts';
import type { AgentSource } from './agent-source.ts';
import { withField } from './decision-field.ts';
import type { DraftedFiles, VersionWriter } from './drafted-files.ts';
import { findAgentSource } from './find-agent-source.ts';
import { editedPrompt } from './prompt-rules.ts';
import { listedPrompt, promptLiteral, withRuleLine } from './python-prompt.ts';
import { exchanged } from './source-text.ts';
import { commentLines, stubName } from './stub-code.ts';
import type { VersionChange, VersionEdit } from './version-change.ts';

const python = /\.py$/;
const readable = /\.(?:py|[cm]?[jt]sx?|rb|go|java|kt|rs|php|cs)$/;
const prompts = /\.(?:md|mdx|txt|prompt)$/i;
const noAgent =
  /(?:^|\/)(?:cases|reports|evals|tests?|docs?|node_modules|\.github|\.venv)\/|(?:^|\/)(?:test_[^/]*|README[^/]*|CHANGELOG[^/]*|LICENSE[^/]*|docket\.config\.[^/]*)$|\.test\./i;
const types: Readonly<Record<string, string>> = { number: 'float', integer: 'int', boolean: 'bool', string: 'str' };

/**
 * Changes the own files of an agent that answers by itself: its prompt, fields of its decision, and names to be written where it needs code. Python is known best;
 * of other languages only where a function begins.
 */
export class ForeignWriter implements VersionWriter {
  readonly #config: LoadedConfig;
  readonly #files: DraftedFiles;
  readonly #from: string;
  #paths: readonly string[] = [];
  #source: AgentSource | undefined;

  constructor(config: LoadedConfig, files: DraftedFiles, { from }: { readonly from: string }) {
    this.#config = config;
    this.#files = files;
    this.#from = from;
  }

  async begin(changes: readonly VersionChange[]): Promise<void> {
    const { tree } = this.#files;
    const folder = tree.top === this.#config.root ? '' : tree.pathOf(this.#config.root);
    this.#paths = (await tree.filesBelow(folder)).filter((path) => !noAgent.test(path.slice(folder.length)));
    this.#source = await findAgentSource(this.#config, this.#files).catch(() => undefined);
    const kinds = new Set(changes.map(({ edit }) => edit.kind));
    if ((kinds.has('rule') || kinds.has('wording') || kinds.has('prompt')) && !(await this.#promptFile())) {
      const path = await this.#promptSource();
      // One rule is then one line.
      this.#files.write(path, listedPrompt((await this.#files.read(path)) ?? ''));
    }
    if (kinds.has('field')) await this.#importField();
  }

  async apply(change: VersionChange): Promise<void> {
    const { id, edit } = change;
    switch (edit.kind) {
      case 'prompt':
      case 'rule':
      case 'wording':
        return this.#editPrompt(id, edit);
      case 'field':
        return this.#editField(id, edit.name, edit.schema);
      case 'tool':
        return this.#stub(change, edit.name, edit.note, await this.#functionOf(id, edit.name));
      case 'new-tool': {
        if (await this.#find(edit.name))
          throw new DocketError(`${id} adds the tool ${edit.name}, and there is a function of that name already.`);
        return this.#stub(change, edit.name, edit.note, await this.#toolsOf(id));
      }
      case 'code':
        return this.#stub(change, edit.name, edit.note, await this.#toolsOf(id));
    }
  }

  async #editPrompt(id: string, edit: Extract<VersionEdit, { kind: 'prompt' | 'rule' | 'wording' }>): Promise<void> {
    const file = await this.#promptFile();
    if (file !== undefined) {
      const text = (await this.#files.read(file)) ?? '';
      return this.#files.write(file, `${editedPrompt(text.trimEnd(), id, edit)}${/\s*$/.exec(text)?.[0] ?? ''}`);
    }
    const path = await this.#promptSource();
    const text = (await this.#files.read(path)) ?? '';
    const edited =
      edit.kind === 'wording'
        ? withRuleLine(text, placeholder(id, plainLine(edit.note)))
        : edit.kind === 'rule' && edit.before.trim() === ''
          ? withRuleLine(text, edit.text)
          : undefined;
    if (edited === undefined)
      throw new DocketError(
        `${id} exchanges words of the prompt in ${path}, which is written within code. Put the prompt into a file of its own (prompt.md), which the code reads, and draft again.`,
      );
    this.#files.write(path, edited);
  }

  /** The one text file that the version names as its prompt, or that is called one. */
  async #promptFile(): Promise<string | undefined> {
    const texts = this.#paths.filter((path) => prompts.test(path));
    const named = this.#config.agent.versions[this.#from]?.factors?.prompt?.files ?? [];
    const { top } = this.#files.tree;
    const isNamed = (path: string) =>
      named.some((pattern) =>
        posix.matchesGlob(posix.relative(this.#relative(), path), /\*/.test(pattern) ? pattern : `{${pattern},${pattern}/**}`),
      );
    const found =
      named.length > 0 && top !== ''
        ? texts.filter(isNamed)
        : texts.filter((path) => /(?:^|\/)prompts?(?:\/|[^/]*\.)|system[^/]*\./i.test(path));
    if (found.length > 1)
      throw new DocketError(
        `The prompt of ${this.#from} may be ${found.slice(0, 3).join(' or ')}. Name the one: versions: { ${this.#from}: { factors: { prompt: '…' } } }.`,
      );
    return found[0];
  }

  #relative(): string {
    const { top } = this.#files.tree;
    return top === this.#config.root ? '' : this.#files.tree.pathOf(this.#config.root);
  }

  /** The source that has the prompt as a text in it. */
  async #promptSource(): Promise<string> {
    for (const path of this.#paths.filter((each) => python.test(each))) {
      const text = await this.#files.read(path);
      if (text !== undefined && promptLiteral(text)) return path;
    }
    throw new DocketError(
      `It is not known where the prompt of ${this.#from} stands. Put it into a file of its own and name that: versions: { ${this.#from}: { factors: { prompt: 'prompt.md' } } }.`,
    );
  }

  /** Where the function of a tool begins, with what decorates it. */
  async #functionOf(id: string, name: string): Promise<Beginning> {
    const found = await this.#find(name);
    if (found) return found;
    throw new DocketError(
      `${id} changes the tool ${plainLine(name)}, and no committed source of the agent has a function of that name. Leave it out: --changes.`,
    );
  }

  async #find(name: string): Promise<Beginning | undefined> {
    const begins = new RegExp(`^\\s*(?:export\\s+)?(?:async\\s+)?(?:def|function|func|fn|const|let)\\s+${name.replaceAll('-', '_')}\\b`);
    for (const path of this.#paths.filter((each) => readable.test(each))) {
      const lines = ((await this.#files.read(path)) ?? '').split('\n');
      const at = lines.findIndex((line) => begins.test(line));
      if (at >= 0) return { path, line: decorated(lines, at) };
    }
    return undefined;
  }

  /** Before the first tool, or the first function of the program. */
  async #toolsOf(id: string): Promise<Beginning> {
    let first: Beginning | undefined;
    for (const path of this.#paths.filter((each) => python.test(each))) {
      const lines = ((await this.#files.read(path)) ?? '').split('\n');
      const tool = lines.findIndex((line) => /^@\w+(?:\.\w+)*\.?tool(?:_plain)?\b|^@(?:function_)?tool\b/.test(line));
      if (tool >= 0) return { path, line: tool };
      const at = lines.findIndex((line) => /^(?:async )?def \w/.test(line));
      if (at >= 0) first ??= { path, line: decorated(lines, at) };
    }
    if (first) return first;
    throw new DocketError(
      `${id} needs code, and no committed Python source has a place for it. Write it by hand, and leave the change out: --changes.`,
    );
  }

  /** A name that is declared nowhere, which the module meets when it is loaded. */
  async #stub(change: VersionChange, name: string, note: string, { path, line }: Beginning): Promise<void> {
    const lines = ((await this.#files.read(path)) ?? '').split('\n');
    const mark = python.test(path) || path.endsWith('.rb') ? '#' : '//';
    const stub = stubName(change.id, name);
    const code = mark === '#' ? stub : `void ${stub};`;
    const comment = commentLines(mark, change, note, ['Write it in the place of the name below, which exists nowhere.']);
    this.#files.write(path, [...lines.slice(0, line), ...comment, code, '', '', ...lines.slice(line)].join('\n'));
  }

  async #editField(id: string, name: string, schema: JsonObject): Promise<void> {
    const place = await this.#decisionClass();
    const inConfig = await this.#editDeclaredField(id, name, schema);
    if (!place) {
      if (inConfig) return;
      throw new DocketError(
        `${id} is about the field ${name}, and no committed source declares the decision's fields in a class of Python. Leave it out: --changes.`,
      );
    }
    const lines = ((await this.#files.read(place.path)) ?? '').split('\n');
    const description =
      typeof schema.description === 'string' ? ` = Field(description=${JSON.stringify(plainLine(schema.description))})` : '';
    const at = lines.findIndex((line, index) => index > place.line && index <= place.last && new RegExp(`^\\s+${name}\\s*:`).test(line));
    if (at >= 0) {
      const [, declared] = /^(\s+\w+\s*:\s*[\w.[\], |]+?)\s*(?:=.*)?$/.exec(lines[at] ?? '') ?? [];
      if (declared === undefined)
        throw new DocketError(
          `${id}: ${place.path}:${at + 1} declares ${name} in a way that is not known, so it is not changed. Leave it out: --changes.`,
        );
      lines[at] = `${declared}${description}`;
    } else {
      const type = typeof schema.type === 'string' ? types[schema.type] : undefined;
      if (type === undefined || name.includes('.'))
        throw new DocketError(`${id}: the field ${name} is of no plain type, so it cannot be declared. Leave it out: --changes.`);
      lines.splice(place.last, 0, `${/^\s+/.exec(lines[place.last] ?? '')?.[0] ?? '    '}${name}: ${type}${description}`);
    }
    this.#files.write(place.path, lines.join('\n'));
  }

  /** The class with all fields of the decision: where it begins, and its last field. */
  async #decisionClass(): Promise<{ readonly path: string; readonly line: number; readonly last: number } | undefined> {
    const [version] = Object.values(this.#config.agent.toolVariants);
    const fields = Object.keys((version?.decisionJsonSchema.properties ?? {}) as JsonObject);
    for (const path of this.#paths.filter((each) => python.test(each))) {
      const lines = ((await this.#files.read(path)) ?? '').split('\n');
      for (const [line, text] of lines.entries()) {
        if (!/^class \w+/.test(text)) continue;
        const end = lines.findIndex((each, index) => index > line && /^\S/.test(each));
        const own = [...lines.entries()].filter(([index, each]) => index > line && (end === -1 || index < end) && /^\s+\w+\s*:/.test(each));
        const last = own.at(-1)?.[0];
        if (
          last !== undefined &&
          fields.length > 0 &&
          fields.every((field) => own.some(([, each]) => new RegExp(`^\\s+${field}\\s*:`).test(each)))
        )
          return { path, line, last };
      }
    }
    return undefined;
  }

  /** The schema that the configuration holds decisions to takes a new field, too. */
  async #editDeclaredField(id: string, name: string, schema: JsonObject): Promise<boolean> {
    const source = this.#source;
    const entry = source?.definition.entries.find(({ key }) => key === 'decision');
    if (!source || !entry) return false;
    const file = posix.join(posix.dirname(source.path), 'decision.schema.json');
    const json = await this.#files.read(file);
    if (json !== undefined) {
      this.#files.write(file, withField(json, id, name, schema));
      return true;
    }
    const text = (await this.#files.read(source.path)) ?? '';
    const now = await findAgentSource(this.#config, this.#files);
    const declared = now.definition.entries.find(({ key }) => key === 'decision');
    const object = declared && now.source.object(declared.value);
    const properties = object?.entries.find(({ key }) => key === 'properties');
    const fields = properties && now.source.object(properties.value);
    if (!object || !fields) return false;
    if (fields.entries.some(({ key }) => key === name)) return true;
    const required = object.entries.find(({ key }) => key === 'required');
    const edits = [now.added(fields, name, JSON.stringify({ type: schema.type ?? 'number' }))];
    if (required && text.slice(required.value.start, required.value.end).startsWith('['))
      edits.push({ start: required.value.start + 1, end: required.value.start + 1, by: `${JSON.stringify(name)}, ` });
    this.#files.write(source.path, exchanged(text, edits));
    return true;
  }

  async #importField(): Promise<void> {
    const place = await this.#decisionClass();
    const text = place && (await this.#files.read(place.path));
    if (!place || text === undefined || /\bimport\b[^\n]*\bField\b/.test(text)) return;
    const lines = text.split('\n');
    const at = lines.findLastIndex((line, index) => index < place.line && /^(?:from|import) /.test(line) && !/\($/.test(line));
    lines.splice(at + 1, 0, 'from pydantic import Field');
    this.#files.write(join(place.path), lines.join('\n'));
  }
}

/** A line of a source before which something is written. */
interface Beginning {
  readonly path: string;
  readonly line: number;
}

/** The first line of what stands above a function and belongs to it. */
function decorated(lines: readonly string[], at: number): number {
  let line = at;
  while (line > 0 && /^\s*@/.test(lines[line - 1] ?? '')) line -= 1;
  return line;
}
