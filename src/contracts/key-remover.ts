import { hasEscapes, hiddenLetters, readEscapes } from './hidden-letters.ts';
import { KeyForms, type KeyRange } from './key-forms.ts';

/** Shorter ones are no secrets but words that a local server wants to see, and stand in ordinary text: `placeholder`. */
const shortestKey = 16;

export const keyRemoved = '[key removed]';

/** Takes keys out of a text, or out of anything that can be written as JSON; what holds none comes back as it is. */
export type KeyRemover = <Value>(said: Value) => Value;

/**
 * Makes a remover of keys from what a server said: whoever was given a key can give it back, as a request's id or in the model's words,
 * and what was said is stored, shown and published. A key is found as it is, in small or capital letters, encoded (see `KeyForms`), with
 * anything but letters and digits between its characters, split over several texts of one answer, and in pieces of twelve characters that
 * hold a digit. What is enciphered by a rule of its own is not found.
 */
export function keyRemover(...keys: readonly (string | undefined)[]): KeyRemover {
  const secrets = [...new Set(keys)].filter((key) => key !== undefined && key.length >= shortestKey) as string[];
  const removers = secrets.map((key) => removerOf(key));
  return (said) => removers.reduce((left, remove) => remove(left), said);
}

function removerOf(key: string): KeyRemover {
  const exact = new RegExp(key.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'gi');
  const forms = new KeyForms(key);
  return (said) => {
    const texts = textsOf(said);
    const exactly = texts.map(({ text }) => text.replace(exact, keyRemoved));
    // Blocks of an answer first, then whatever follows one another.
    const left = cutSplit(
      cutSplit(exactly, forms, (index) => texts[index]?.name ?? ''),
      forms,
      () => '',
    );
    return left.every((text, index) => text === texts[index]?.text) ? said : withTexts(said, left);
  };
}

/** Cuts the key out of texts that belong together by a name, whether it stands in one of them or goes over several. */
function cutSplit(texts: readonly string[], forms: KeyForms, nameOf: (index: number) => string): string[] {
  const left = [...texts];
  for (const indexes of Map.groupBy(texts.keys(), nameOf).values()) {
    const parts = indexes.map((index) => left[index] ?? '');
    for (const [at, part] of cutParts(parts, forms).entries()) left[indexes[at] ?? 0] = part;
  }
  return left;
}

function cutParts(parts: readonly string[], forms: KeyForms): readonly string[] {
  const joined = parts.join('\n');
  const ranges = rangesOf(joined, forms);
  if (ranges.length === 0) return parts;
  let start = 0;
  return parts.map((part) => {
    const from = start;
    start += part.length + 1;
    return cut(part, ranges, from);
  });
}

function rangesOf(text: string, forms: KeyForms): KeyRange[] {
  const asShown = forms.mayBeIn(text) ? piecesOf(text, forms, false) : [];
  const asRead = hasEscapes(text) && forms.mayBeIn(readEscapes(text)) ? piecesOf(text, forms, true) : [];
  return merged([...asShown, ...asRead]);
}

function piecesOf(text: string, forms: KeyForms, escaped: boolean): KeyRange[] {
  const { letters, starts, ends } = hiddenLetters(text, escaped);
  return [...forms.pieces(letters)].map(([first, behind]) => [starts[first] ?? 0, ends[behind - 1] ?? 0]);
}

function merged(ranges: readonly KeyRange[]): KeyRange[] {
  const result: [number, number][] = [];
  for (const [start, end] of ranges.toSorted(([one], [other]) => one - other)) {
    const last = result.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}

/** A part without what the ranges take of it; said once where each begins. */
function cut(part: string, ranges: readonly KeyRange[], from: number): string {
  let kept = '';
  let at = 0;
  for (const [start, end] of ranges) {
    const [first, behind] = [Math.max(0, start - from), Math.min(part.length, end - from)];
    if (behind <= first) continue;
    kept += part.slice(at, first) + (start >= from ? keyRemoved : '');
    at = behind;
  }
  return kept + part.slice(at);
}

/** A text with the property that holds it; texts of a list carry the list's name. */
interface NamedText {
  readonly text: string;
  readonly name: string;
}

/** Every text in the order in which `withTexts` puts them back: names of properties are texts, too. */
function textsOf(said: unknown): NamedText[] {
  const texts: NamedText[] = [];
  replaceTexts(said, '', (text, name) => {
    texts.push({ text, name });
    return text;
  });
  return texts;
}

function withTexts<Value>(said: Value, texts: readonly string[]): Value {
  let next = 0;
  return replaceTexts(said, '', () => texts[next++] ?? '') as Value;
}

/** Names of properties of all objects belong together. */
const nameOfNames = 'names of properties';

function replaceTexts(said: unknown, name: string, replace: (text: string, name: string) => string): unknown {
  if (typeof said === 'string') return replace(said, name);
  if (Array.isArray(said)) return said.map((each) => replaceTexts(each, name, replace));
  if (typeof said !== 'object' || said === null) return said;
  return Object.fromEntries(
    Object.entries(said).map(([property, value]) => [replace(property, nameOfNames), replaceTexts(value, property, replace)]),
  );
}
