import jsTokens from 'js-tokens';

/** A piece of a source, by where it begins and where it ends. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `key: value` of an object that is written out, or `key` alone, whose value is what it names. */
export interface Entry extends Span {
  readonly key: string;
  readonly value: Span;
}

/** `{ … }` as it is written. */
export interface ObjectText extends Span {
  readonly entries: readonly Entry[];
  /** False where something in it is no `key: value`: a spread, a method. */
  readonly plain: boolean;
}

interface Piece extends Span {
  readonly type: string;
  readonly value: string;
}

const blank = new Set(['WhiteSpace', 'LineTerminatorSequence', 'SingleLineComment', 'MultiLineComment', 'HashbangComment']);
const opening = new Set(['(', '[', '{']);
const closing = new Set([')', ']', '}']);

/** Reads a JavaScript or TypeScript source as far as its tokens tell it: objects that are written out, calls by name, imports. */
export class SourceText {
  readonly text: string;
  readonly #pieces: readonly Piece[];

  constructor(text: string) {
    this.text = text;
    let at = 0;
    const pieces: Piece[] = [];
    for (const { type, value } of jsTokens(text)) {
      if (!blank.has(type)) pieces.push({ type, value, start: at, end: at + value.length });
      at += value.length;
    }
    this.#pieces = pieces;
  }

  of({ start, end }: Span): string {
    return this.text.slice(start, end);
  }

  /** True where a name stands anywhere in the code. */
  has(name: string): boolean {
    return this.#pieces.some(({ type, value }) => type === 'IdentifierName' && value === name);
  }

  /** The objects that functions of these names are called with, and what stands between the name and the call: type arguments. */
  calls(
    names: readonly string[],
    within: Span = { start: 0, end: this.text.length },
  ): { readonly name: string; readonly types?: Span; readonly argument: ObjectText }[] {
    return this.#pieces.flatMap(({ type, value, start, end }, index) => {
      if (type !== 'IdentifierName' || !names.includes(value) || start < within.start || end > within.end) return [];
      const types = this.#typeArguments(index + 1);
      const open = types === undefined ? index + 1 : types.next;
      if (this.#pieces[open]?.value !== '(' || this.#pieces[open + 1]?.value !== '{') return [];
      return [{ name: value, ...(types ? { types: types.span } : {}), argument: this.#object(open + 1) }];
    });
  }

  /** The object that a span holds and nothing else. */
  object({ start, end }: Span): ObjectText | undefined {
    const index = this.#pieces.findIndex((piece) => piece.start === start);
    if (this.#pieces[index]?.value !== '{') return undefined;
    const object = this.#object(index);
    return object.end === end ? object : undefined;
  }

  /** Texts that are written in a span, with what they say. */
  strings({ start, end }: Span): (Span & { readonly says: string })[] {
    return this.#pieces.flatMap((piece) => {
      if (piece.start < start || piece.end > end || !['StringLiteral', 'NoSubstitutionTemplate'].includes(piece.type)) return [];
      const says = saidBy(piece.value);
      return says === undefined ? [] : [{ start: piece.start, end: piece.end, says }];
    });
  }

  /** Where `name.` stands in a span: each use of a namespace. */
  namespaceUses(name: string, { start, end }: Span): Span[] {
    return this.#pieces.filter(
      (piece, index) =>
        piece.type === 'IdentifierName' &&
        piece.value === name &&
        piece.start >= start &&
        piece.end <= end &&
        this.#pieces[index + 1]?.value === '.' &&
        this.#pieces[index - 1]?.value !== '.',
    );
  }

  /** `import … from '…'` statements of the module, in order. */
  imports(): (Span & { readonly from: string })[] {
    const found: (Span & { readonly from: string })[] = [];
    let depth = 0;
    for (const [index, { value, start }] of this.#pieces.entries()) {
      if (opening.has(value)) depth += 1;
      if (closing.has(value)) depth -= 1;
      if (depth !== 0 || value !== 'import' || ['(', '.'].includes(this.#pieces[index + 1]?.value ?? '')) continue;
      const last = this.#pieces.findIndex((piece, at) => at > index && piece.type === 'StringLiteral');
      const from = this.#pieces[last];
      if (!from) continue;
      const semicolon = this.#pieces[last + 1]?.value === ';' ? this.#pieces[last + 1] : undefined;
      found.push({ start, end: (semicolon ?? from).end, from: saidBy(from.value) ?? '' });
    }
    return found;
  }

  #object(open: number): ObjectText {
    const entries: Entry[] = [];
    let plain = true;
    let index = open + 1;
    for (;;) {
      const piece = this.#pieces[index];
      if (!piece || piece.value === '}') break;
      if (piece.value === ',') {
        index += 1;
        continue;
      }
      const end = this.#endOfEntry(index);
      const last = this.#pieces[end - 1] ?? piece;
      const key = piece.type === 'StringLiteral' ? saidBy(piece.value) : piece.type === 'IdentifierName' ? piece.value : undefined;
      const first = this.#pieces[index + 2];
      if (key !== undefined && this.#pieces[index + 1]?.value === ':' && first && end > index + 2)
        entries.push({ key, start: piece.start, end: last.end, value: { start: first.start, end: last.end } });
      else if (end === index + 1 && piece.type === 'IdentifierName')
        entries.push({ key: piece.value, start: piece.start, end: piece.end, value: piece });
      else plain = false;
      index = end;
    }
    return { start: this.#pieces[open]?.start ?? 0, end: this.#pieces[index]?.end ?? this.text.length, entries, plain };
  }

  /** Index behind the last piece of an entry: of the comma or of the brace that ends it. */
  #endOfEntry(from: number): number {
    let depth = 0;
    for (let index = from; index < this.#pieces.length; index += 1) {
      const { value, type } = this.#pieces[index] as Piece;
      if (depth === 0 && (value === ',' || value === '}')) return index;
      if (opening.has(value) || type === 'TemplateHead') depth += 1;
      else if (closing.has(value) || type === 'TemplateTail') depth -= 1;
      else if (type === 'IdentifierName') {
        const types = this.#typeArguments(index + 1);
        if (types) index = types.next - 1;
      }
    }
    return this.#pieces.length;
  }

  /** `<…>` before a call: its commas separate nothing else. */
  #typeArguments(at: number): { readonly span: Span; readonly next: number } | undefined {
    const first = this.#pieces[at];
    if (first?.value !== '<') return undefined;
    let depth = 0;
    for (let index = at; index < this.#pieces.length; index += 1) {
      const { value, end } = this.#pieces[index] as Piece;
      if (value === '<') depth += 1;
      else if (/^>+$/.test(value)) depth -= value.length;
      else if ([';', '=', '&&', '||'].includes(value)) return undefined;
      if (depth <= 0) return this.#pieces[index + 1]?.value === '(' ? { span: { start: first.start, end }, next: index + 1 } : undefined;
    }
    return undefined;
  }
}

/** What a text says that is written with nothing to be computed in it; undefined where it has escapes that JSON does not know. */
function saidBy(written: string): string | undefined {
  const inner = written.slice(1, -1);
  if (!inner.includes('\\')) return inner;
  try {
    return JSON.parse(`"${inner.replaceAll(/\\'|\\`/g, (escaped) => escaped.slice(1)).replaceAll(/(?<!\\)"/g, '\\"')}"`) as string;
  } catch {
    return undefined;
  }
}

/** A text in which spans are exchanged, all of them as they are in the text as it was. */
export function exchanged(text: string, edits: readonly (Span & { readonly by: string })[]): string {
  let result = text;
  for (const { start, end, by } of edits.toSorted((one, other) => other.start - one.start || other.end - one.end))
    result = result.slice(0, start) + by + result.slice(end);
  return result;
}
