import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveVersion, type Version } from '../../agent/version.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { temporaryFilesFault, temporaryFolder } from '../../contracts/temporary-folder.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { SourcePlaces } from '../improve/source-places.ts';
import type { LoadedConfig } from '../load-config.ts';
import { variantTypes } from '../variant-types/index.ts';
import { AgentSource, written } from './agent-source.ts';
import { withField } from './decision-field.ts';
import type { DraftedFiles, VersionWriter } from './drafted-files.ts';
import { findAgentSource } from './find-agent-source.ts';
import { editedPrompt } from './prompt-rules.ts';
import { type Entry, exchanged, type Span } from './source-text.ts';
import { camelCase, commentLines, kebabCase, stubName } from './stub-code.ts';
import type { VersionChange, VersionEdit } from './version-change.ts';

type Edit = Span & { readonly by: string };

/** The new prompt, as it is so far. */
interface PromptCopy {
  readonly path: string;
  text: string;
}

const ofPrompt: readonly VersionEdit['kind'][] = ['prompt', 'rule', 'wording'];
const ofTools: readonly VersionEdit['kind'][] = ['field', 'tool', 'new-tool'];

/**
 * Writes a version of an agent of Docket's own tool loop beside the one before: a prompt file, a tool variant's folder, and entries in the source that defines
 * the agent. What is not changed is not copied.
 */
export class MessagesWriter implements VersionWriter {
  readonly #config: LoadedConfig;
  readonly #files: DraftedFiles;
  readonly #from: string;
  readonly #name: string;
  readonly #version: Version;
  #source: string | undefined;
  #prompt: PromptCopy | undefined;
  #variant: { readonly folder: string; readonly types: boolean } | undefined;

  constructor(config: LoadedConfig, files: DraftedFiles, { from, name }: { readonly from: string; readonly name: string }) {
    this.#config = config;
    this.#files = files;
    this.#from = from;
    this.#name = name;
    this.#version = resolveVersion(config.agent, from) as Version;
  }

  async begin(changes: readonly VersionChange[]): Promise<void> {
    const changesAny = (kinds: readonly VersionEdit['kind'][]) => changes.some(({ edit }) => kinds.includes(edit.kind));
    const source = await findAgentSource(this.#config, this.#files, this.#from);
    this.#source = source.path;
    const edits: Edit[] = [];
    const entry = source.required('versions', this.#from);
    const version = source.source.object(entry.value);
    if (!version)
      throw new DocketError(
        `${source.path} does not write the version ${this.#from} out as { prompt: …, toolVariant: …, model: … }. Write it so, commit, and draft again.`,
      );
    const replaced: Edit[] = [];
    const point = (property: string) => {
      const named = version.entries.find(({ key }) => key === property);
      if (!named)
        throw new DocketError(
          `${source.path}: the version ${this.#from} does not write its ${property} out. Write it so, commit, and draft again.`,
        );
      replaced.push({ ...named.value, by: written(this.#name) });
    };
    if (changesAny(ofPrompt)) {
      point('prompt');
      edits.push(await this.#copyPrompt(source));
    }
    if (changesAny(ofTools)) {
      point('toolVariant');
      edits.push(...(await this.#copyVariant(source)));
    }
    const { start } = entry.value;
    const text = exchanged(
      source.source.of(entry.value),
      replaced.map((each) => ({ ...each, start: each.start - start, end: each.end - start })),
    );
    const versions = source.objectAt('versions');
    if (versions) edits.push(source.added(versions, this.#name, text));
    this.#files.write(source.path, source.edited(edits));
    await this.#writeTypes();
  }

  async apply(change: VersionChange): Promise<void> {
    const { id, edit } = change;
    switch (edit.kind) {
      case 'prompt':
      case 'rule':
      case 'wording': {
        const prompt = this.#prompt as PromptCopy;
        prompt.text = editedPrompt(prompt.text, id, edit);
        return this.#files.write(prompt.path, `${prompt.text}\n`);
      }
      case 'field': {
        const path = `${this.#variant?.folder}/decision.json`;
        const text = await this.#files.read(path);
        if (text === undefined)
          throw new DocketError(`${path} is not committed, so the field ${edit.name} cannot be written there. Commit it, and draft again.`);
        this.#files.write(path, withField(text, id, edit.name, edit.schema));
        return this.#writeTypes();
      }
      case 'tool':
        return this.#stubTool(change, edit.name, edit.note, []);
      case 'new-tool': {
        const path = `${this.#variant?.folder}/tools/${edit.name}.json`;
        if ((await this.#files.read(path)) !== undefined || this.#version.toolVariant.tools.has(edit.name))
          throw new DocketError(`${id} adds the tool ${edit.name}, which ${this.#from} has already. Write the plan anew: docket improve.`);
        const { definitions } = this.#version.toolVariant;
        const strict = definitions.length > 0 && definitions.every((each) => each.strict === true);
        const definition = {
          name: edit.name,
          description: edit.description || edit.name,
          ...(strict ? { strict } : {}),
          input_schema: edit.inputSchema,
        };
        this.#files.write(path, `${JSON.stringify(definition, null, 2)}\n`);
        await this.#stubTool(change, edit.name, edit.note, [`It is described in ${path}: say there what it takes.`]);
        return this.#writeTypes();
      }
      case 'code': {
        const source = await this.#reread();
        const file = `${posix.dirname(source.path)}/${edit.name}-${kebabCase(this.#name)}${endingOf(source.path)}`;
        await this.#free(file);
        this.#files.write(
          file,
          [...commentLines('//', change, edit.note), `void ${stubName(id, edit.name)};`, '', 'export {};', ''].join('\n'),
        );
        this.#files.write(source.path, source.edited([source.imported(`import ${written(`./${posix.basename(file)}`)};`)]));
      }
    }
  }

  /** The text of the prompt in a file of its own, and the entry that reads it. */
  async #copyPrompt(source: AgentSource): Promise<Edit> {
    const { name, text } = this.#version.prompt;
    const prompts = source.objectAt('prompts');
    const entry = source.required('prompts', name);
    if (!prompts || source.entryOf('prompts', this.#name))
      throw new DocketError(`${source.path} has a prompt "${this.#name}" already. Choose another name for the version.`);
    const place = new SourcePlaces(this.#config.root).prompt(this.#version.prompt);
    const path = place && this.#files.tree.pathOf(join(this.#config.root, place.file));
    const whole = path !== undefined && /\.(?:md|mdx|txt|prompt)$/i.test(path) ? await this.#files.read(path) : undefined;
    const ending = path === undefined ? '.md' : posix.extname(path);
    const isAlone = path !== undefined && whole?.trim() === text.trim();
    const base = isAlone ? posix.basename(path, ending) : 'prompt';
    const file = isAlone
      ? `${posix.dirname(path)}/${base === name ? this.#name : `${base}-${this.#name}`}${ending}`
      : `${posix.dirname(source.path)}/prompt-${this.#name}.md`;
    await this.#free(file);
    this.#prompt = { path: file, text: text.trimEnd() };
    this.#files.write(file, `${text.trimEnd()}\n`);
    const value = source.source.of(entry.value);
    // A function of the agent's own that reads prompts by their names reads this one, too.
    const [, reader] = isAlone && base === name ? (/^(\w+)\((['"])[^'"]*\2\)$/.exec(value) ?? []) : [];
    const isNamed = source.source.strings(entry.value)[0]?.says === name;
    if (reader !== undefined && isNamed) return source.added(prompts, this.#name, `${reader}(${written(this.#name)})`);
    if (!source.source.has('readFileSync'))
      throw new DocketError(
        `${source.path} imports no readFileSync, by which a prompt is read from its file. Add import { readFileSync } from 'node:fs'; to it, commit, and draft again.`,
      );
    const address = `./${posix.relative(posix.dirname(source.path), file)}`;
    const trimmed = text.endsWith('\n') ? '' : '.trimEnd()';
    return source.added(prompts, this.#name, `readFileSync(new URL(${written(address)}, import.meta.url), 'utf8')${trimmed}`);
  }

  /** The folder of the tool variant under another name, and the entry that defines it. */
  async #copyVariant(source: AgentSource): Promise<Edit[]> {
    const { name } = this.#version.toolVariant;
    const variants = source.objectAt('toolVariants');
    const entry = source.required('toolVariants', name);
    if (!variants || source.entryOf('toolVariants', this.#name))
      throw new DocketError(`${source.path} has a tool variant "${this.#name}" already. Choose another name for the version.`);
    const [call] = source.source.calls(['defineToolVariant'], entry.value);
    const directory = call?.argument.entries.find(({ key }) => key === 'directory');
    const [address] = directory ? source.source.strings(directory.value) : [];
    if (!call || !address)
      throw new DocketError(
        `${source.path} does not write the tool variant ${name} out as defineToolVariant({ directory: new URL('…', import.meta.url), tools: { … } }). Write it so, commit, and draft again.`,
      );
    const folder = this.#files.tree.pathOf(join(this.#files.tree.top, posix.dirname(source.path), address.says)).replace(/\/$/, '');
    const copy = `${posix.dirname(folder)}/${basename(folder) === name ? this.#name : `${basename(folder)}-${this.#name}`}`;
    const there = await this.#files.tree.filesBelow(folder);
    if (there.length === 0) throw new DocketError(`${folder} is not committed, so it cannot be copied. Commit it, and draft again.`);
    if ((await this.#files.tree.filesBelow(copy)).length > 0)
      throw new DocketError(`${copy} is there already. Choose another name for the version.`);
    for (const path of there) this.#files.write(`${copy}${path.slice(folder.length)}`, (await this.#files.read(path)) ?? '');
    const types = (await this.#files.read(`${folder}.generated.ts`)) !== undefined;
    this.#variant = { folder: copy, types };
    const relativeTo = posix.relative(posix.dirname(source.path), copy);
    const within = (span: Span): Span => ({ start: span.start - entry.value.start, end: span.end - entry.value.start });
    const prefix = address.says.startsWith('./') ? './' : '';
    const edits: Edit[] = [{ ...within(address), by: written(`${relativeTo.startsWith('.') ? '' : prefix}${relativeTo}/`) }];
    const tools = call.argument.entries.find(({ key }) => key === 'tools');
    const object = tools && source.source.object(tools.value);
    if (object?.plain && object.entries.length > 0) edits.push({ ...within(object), by: oneALine(source, object.entries) });
    const others: Edit[] = [];
    if (types) {
      const old = source.source.imports().find(({ from }) => join(posix.dirname(source.path), from) === `${folder}.generated.ts`);
      const [, space] = old ? (/import\s+type\s+\*\s+as\s+(\w+)/.exec(source.source.of(old)) ?? []) : [];
      if (space !== undefined) {
        const wanted = camelCase(this.#name);
        const fresh = source.source.has(wanted) ? `${wanted}Types` : wanted;
        const from = `${relativeTo.startsWith('.') ? '' : './'}${relativeTo}.generated.ts`;
        others.push(source.imported(`import type * as ${fresh} from ${written(from)};`));
        edits.push(...source.source.namespaceUses(space, entry.value).map((use) => ({ ...within(use), by: fresh })));
        const known = source.types && source.source.namespaceUses(space, source.types).at(-1);
        // The agent decides what this version decides, too.
        if (known) others.push({ start: known.start, end: known.start, by: `${fresh}.Decision | ` });
      }
    }
    return [...others, source.added(variants, this.#name, exchanged(source.source.of(entry.value), edits))];
  }

  /** A file in which a tool is to be written, in the place of a name that exists nowhere. */
  async #stubTool(change: VersionChange, tool: string, note: string, more: readonly string[]): Promise<void> {
    const source = await this.#reread();
    const entry = source.required('toolVariants', this.#name);
    const [call] = source.source.calls(['defineToolVariant'], entry.value);
    const tools = call?.argument.entries.find(({ key }) => key === 'tools');
    const object = tools && source.source.object(tools.value);
    if (!object?.plain)
      throw new DocketError(
        `${source.path} does not write the tools of ${this.#version.toolVariant.name} out as tools: { name: tool }. Write them so, commit, and draft again.`,
      );
    const there = object.entries.find(({ key }) => key === tool);
    if (change.edit.kind === 'tool' && !there)
      throw new DocketError(
        `${change.id} changes the tool ${plainLine(tool)}, which ${this.#from} does not have. Write the plan anew: docket improve.`,
      );
    const file = `${this.#toolFolder(source, tool)}/${kebabCase(tool)}-${kebabCase(this.#name)}${endingOf(source.path)}`;
    await this.#free(file);
    const wanted = camelCase(`${tool}-${this.#name}`);
    const binding = source.source.has(wanted) ? `${wanted}Drafted` : wanted;
    const now = this.#version.toolVariant.tools.get(tool)?.source;
    const before = now?.startsWith('file:') ? [`The tool of ${this.#from} is in ${this.#files.tree.pathOf(fileURLToPath(now))}.`] : [];
    const comment = commentLines('//', change, note, [
      ...more,
      ...before,
      'Write the tool in the place of the name below, which exists nowhere.',
    ]);
    this.#files.write(file, [...comment, `export const ${binding} = ${stubName(change.id, tool)};`, ''].join('\n'));
    const address = posix.relative(posix.dirname(source.path), file);
    const edit = there ? { ...there.value, by: binding } : source.added(object, tool, binding);
    this.#files.write(
      source.path,
      source.edited([edit, source.imported(`import { ${binding} } from ${written(address.startsWith('.') ? address : `./${address}`)};`)]),
    );
  }

  /** Where the tool is, or the others are. */
  #toolFolder(source: AgentSource, tool: string): string {
    const { tools } = this.#version.toolVariant;
    for (const each of [tools.get(tool), ...tools.values()]) {
      if (!each?.source.startsWith('file:')) continue;
      try {
        const path = this.#files.tree.pathOf(fileURLToPath(each.source));
        if (!path.split('/').includes('node_modules')) return posix.dirname(path);
      } catch {
        // A tool of another repository is no neighbour.
      }
    }
    return posix.join(posix.dirname(source.path), 'tools');
  }

  async #reread(): Promise<AgentSource> {
    const text = this.#source === undefined ? undefined : await this.#files.read(this.#source);
    const source = text === undefined ? undefined : AgentSource.in(this.#source ?? '', text, ['defineAgent'], this.#name);
    if (!source) throw new TypeError('the version was begun there');
    return source;
  }

  async #free(path: string): Promise<void> {
    this.#files.tree.pathOf(join(this.#files.tree.top, path));
    if ((await this.#files.read(path)) !== undefined)
      throw new DocketError(`${path} is there already. Choose another name for the version.`);
  }

  /** The types of the variant's JSON, where the one before had some. */
  async #writeTypes(): Promise<void> {
    if (!this.#variant?.types) return;
    const { folder } = this.#variant;
    const place = temporaryFolder('docket-variant');
    try {
      const paths = [...(await this.#files.tree.filesBelow(folder)), ...this.#files.below(folder)];
      for (const path of paths.filter((each) => each.endsWith('.json'))) {
        const file = join(place, 'variant', path.slice(folder.length));
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, (await this.#files.read(path)) ?? '');
      }
      const [types] = await variantTypes([join(place, 'variant')]);
      if (types) this.#files.write(`${folder}.generated.ts`, types.text);
    } catch (cause) {
      throw temporaryFilesFault(cause, place);
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  }
}

/** Each tool in a line of its own, so that a change of one touches no other. */
function oneALine(source: AgentSource, entries: readonly Entry[]): string {
  const line = (entry: Entry) => (entry.start === entry.value.start ? `${entry.key}: ${entry.key}` : source.source.of(entry));
  return `{\n${entries.map((entry) => `        ${line(entry)},\n`).join('')}      }`;
}

function endingOf(path: string): string {
  return posix.extname(path).replace('x', '');
}
