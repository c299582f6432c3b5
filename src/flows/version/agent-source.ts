import { DocketError } from '../../contracts/docket-error.ts';
import { type Entry, exchanged, type ObjectText, SourceText, type Span } from './source-text.ts';

/** The source in which an agent is defined, as far as versions are written there. */
export class AgentSource {
  readonly path: string;
  readonly source: SourceText;
  readonly definition: ObjectText;
  /** Type arguments of the call, where there are any. */
  readonly types: Span | undefined;

  private constructor(path: string, source: SourceText, definition: ObjectText, types: Span | undefined) {
    this.path = path;
    this.source = source;
    this.definition = definition;
    this.types = types;
  }

  /**
   * @param version one that it defines
   * @returns undefined where the text defines no agent that has that version written out
   */
  static in(path: string, text: string, functions: readonly string[], version?: string): AgentSource | undefined {
    const source = new SourceText(text);
    for (const { argument, types } of source.calls(functions)) {
      const found = new AgentSource(path, source, argument, types);
      if (version === undefined || found.entryOf('versions', version)) return found;
    }
    return undefined;
  }

  /** What is written for a name: `versions: { v1: … }`. */
  entryOf(property: string, name: string): Entry | undefined {
    return this.objectAt(property)?.entries.find(({ key }) => key === name);
  }

  objectAt(property: string): ObjectText | undefined {
    const entry = this.definition.entries.find(({ key }) => key === property);
    return entry && this.source.object(entry.value);
  }

  /** @throws {DocketError} where it is not written out */
  required(property: string, name: string): Entry {
    const entry = this.entryOf(property, name);
    if (entry) return entry;
    throw new DocketError(
      `${this.path} does not write "${name}" out in ${property}: { … }, so another version cannot be written beside it. Write it as ${property}: { ${name}: … }, commit, and draft again.`,
    );
  }

  /** An edit that adds an entry to an object, written as the others are. */
  added(object: ObjectText, key: string, value: string): Span & { readonly by: string } {
    const name = /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
    const last = object.entries.at(-1);
    if (!last) return { start: object.start, end: object.end, by: `{ ${name}: ${value} }` };
    const { text } = this.source;
    const before = text.slice(object.start, object.entries[0]?.start);
    const comma = /^\s*,/.exec(text.slice(last.end))?.[0].length ?? 0;
    const place = last.end + comma;
    const isSpread = before.includes('\n');
    const indent = /\n([ \t]*)$/.exec(text.slice(0, object.entries[0]?.start))?.[1] ?? '  ';
    const lead = comma > 0 ? '' : ',';
    return {
      start: place,
      end: place,
      by: isSpread ? `${lead}\n${indent}${name}: ${value}${comma > 0 ? ',' : ''}` : `${lead} ${name}: ${value}`,
    };
  }

  /** An edit that adds a statement behind the last import. */
  imported(statement: string): Span & { readonly by: string } {
    const last = this.source.imports().at(-1);
    return last ? { start: last.end, end: last.end, by: `\n${statement}` } : { start: 0, end: 0, by: `${statement}\n` };
  }

  edited(edits: readonly (Span & { readonly by: string })[]): string {
    return exchanged(this.source.text, edits);
  }
}

/** A text of code that says these words and nothing else, whatever they are. */
export function written(text: string): string {
  return /^[\w./@:-]*$/.test(text) ? `'${text}'` : JSON.stringify(text);
}
