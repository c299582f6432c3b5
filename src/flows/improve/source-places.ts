import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourcePlace } from '../../contracts/improvement-plan.ts';
import type { JsonObject } from '../../contracts/json.ts';

/** Most that is read to find where something stands. */
const most = { files: 4_000, bytes: 300_000, depth: 12 } as const;
const readable = /\.(?:[cm]?[jt]sx?|py|json|ya?ml|toml|md|mdx|txt|prompt)$/i;
const ignored = new Set(['node_modules', '.git', '.docket', 'reports', 'dist', 'build', 'coverage', '.venv', '__pycache__', 'cases']);

interface SourceFile {
  readonly name: string;
  readonly lines: readonly string[];
}

/** Finds where in a project's sources the text of a prompt, a tool or a field stands; undefined where it does not stand as it is. */
export class SourcePlaces {
  readonly #root: string;
  #read: readonly SourceFile[] | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  get #files(): readonly SourceFile[] {
    this.#read ??= [...filesBelow(this.#root, this.#root, 0, { left: most.files })];
    return this.#read;
  }

  /** Where a prompt begins. */
  prompt(prompt: { readonly name: string; readonly text: string }): SourcePlace | undefined {
    return this.promptLine(prompt, 1);
  }

  /** Where a line of a prompt stands, in the file that holds the whole of it. */
  promptLine({ name, text }: { readonly name: string; readonly text: string }, line: number): SourcePlace | undefined {
    const wanted = text.split('\n').map((each) => each.trim());
    const wholes = this.#files.flatMap((file) => {
      const start = startOf(file.lines, wanted);
      return start === undefined ? [] : [{ file: file.name, line: start + line }];
    });
    return nearest(wholes, name);
  }

  /** The code of a tool: the line of its own file that names what runs. */
  tool(name: string, source: string | undefined): SourcePlace | undefined {
    if (source === undefined || !source.startsWith('file:')) return undefined;
    const path = relative(this.#root, fileURLToPath(source)).split(sep).join('/');
    const file = this.#files.find((each) => each.name === path);
    if (!file) return path.startsWith('..') ? undefined : { file: path, line: 1 };
    const at = [/\brun\s*\(|\brun:/, new RegExp(`\\b${name.replace(/\W/g, '')}\\b`)].map((wanted) =>
      file.lines.findIndex((each) => wanted.test(each)),
    );
    return { file: path, line: Math.max(1, (at.find((index) => index >= 0) ?? 0) + 1) };
  }

  /** A text of one line, in the file that is nearest by name. */
  text(text: string, near: string): SourcePlace | undefined {
    if (text.trim() === '') return undefined;
    const written = [text, JSON.stringify(text).slice(1, -1)];
    return nearest(
      this.#files.flatMap(({ name, lines }) => {
        const index = lines.findIndex((line) => written.some((each) => line.includes(each)));
        return index === -1 ? [] : [{ file: name, line: index + 1 }];
      }),
      near,
    );
  }

  /** A field of the decision's schema, in a file that has all of its fields. */
  field(field: string, schema: JsonObject, near: string): SourcePlace | undefined {
    const names = Object.keys((schema.properties ?? {}) as JsonObject);
    const found = this.#files.flatMap(({ name, lines }) => {
      const text = lines.join('\n');
      if (!/\.(?:json|[cm]?[jt]s|py)$/.test(name) || !names.every((each) => text.includes(each))) return [];
      const index = lines.findIndex((line) => new RegExp(`^\\s*["']?${field.replace(/\W/g, '\\$&')}["']?\\s*[:=]`).test(line));
      return index === -1 ? [] : [{ file: name, line: index + 1 }];
    });
    return (
      nearest(
        found.filter(({ file }) => /decision|schema/i.test(file)),
        near,
      ) ?? nearest(found, near)
    );
  }
}

/** Of several places that of a file whose name has the name of what is looked for; tests and generated files last. */
function nearest(places: readonly SourcePlace[], near: string): SourcePlace | undefined {
  const rank = ({ file }: SourcePlace) =>
    (/\.test\.|\/testing\/|\/fixtures\/|\.generated\./.test(file) ? 4 : 0) + (file.split(/[/.]/).includes(near) ? 0 : 1);
  return places.toSorted((one, other) => rank(one) - rank(other) || (one.file < other.file ? -1 : 1))[0];
}

/** Index of the line before the text in a file, counted so that adding a line number of the text gives that of the file. */
function startOf(lines: readonly string[], wanted: readonly string[]): number | undefined {
  const [first = ''] = wanted;
  for (const [index, line] of lines.entries()) {
    if (!line.includes(first) || first === '') continue;
    if (wanted.every((each, offset) => (lines[index + offset] ?? '').includes(each))) return index;
  }
  return undefined;
}

function* filesBelow(root: string, folder: string, depth: number, budget: { left: number }): Generator<SourceFile> {
  if (depth > most.depth) return;
  for (const entry of entriesOf(folder)) {
    if (budget.left <= 0) return;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!ignored.has(entry.name)) yield* filesBelow(root, path, depth + 1, budget);
    } else if (entry.isFile() && readable.test(entry.name)) {
      budget.left -= 1;
      const text = textOf(path);
      if (text !== undefined) yield { name: relative(root, path).split(sep).join('/'), lines: text.split('\n') };
    }
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // A folder that may not be read holds no place that could be named.
    return [];
  }
}

function textOf(path: string): string | undefined {
  try {
    return statSync(path).size > most.bytes ? undefined : readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
