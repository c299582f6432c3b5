import type { JsonObject, JsonValue } from '../contracts/json.ts';
import type { RedactionRule, RedactionRules } from '../contracts/redaction.ts';
import { announcedKind, announcesPeople, announcesThing } from './announcing-field.ts';
import { detectors } from './detectors/detectors.ts';
import { personName } from './detectors/person-name.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { detects, type Reading, redactText } from './redact-text.ts';

/** An input after redaction. */
export interface RedactedInput {
  readonly input: JsonObject;
  /** What was done, for example `notes: email pseudonymised`; never a value. */
  readonly redacted: readonly string[];
}

/** How deep an input may be nested; what lies deeper is dropped. */
const deepest = 32;
const dropped = Symbol('dropped');
const numberKinds: ReadonlySet<string> = new Set(detectors.flatMap(({ kind, isNumber }) => (isNumber ? [kind] : [])));

/**
 * Applies the agent's rules field by field; where there is none, what a field's name announces is replaced whole. The detectors go over every
 * text, keys included, and over numbers that are card numbers. Nothing that a detector finds is left in any text of the result.
 */
export function redactInput(input: JsonObject, rules: RedactionRules, pseudonyms: Pseudonyms): RedactedInput {
  const notes = new Set<string>();
  const redactor = new Redactor(rules, pseudonyms, (path, what) => notes.add(path === '' ? what : `${path}: ${what}`));
  return { input: redactor.object(input, '', 0), redacted: [...notes].sort() };
}

class Redactor {
  readonly #rules: RedactionRules;
  readonly #pseudonyms: Pseudonyms;
  readonly #note: (path: string, what: string) => void;

  constructor(rules: RedactionRules, pseudonyms: Pseudonyms, note: (path: string, what: string) => void) {
    this.#rules = rules;
    this.#pseudonyms = pseudonyms;
    this.#note = note;
  }

  object(value: JsonObject, path: string, depth: number): JsonObject {
    // Entries, not assignments: a key may be called __proto__.
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, member]): [string, JsonValue][] => {
        const { text: name } = redactText(key, this.#pseudonyms);
        const at = path === '' ? name : `${path}.${name}`;
        if (name !== key) this.#note(at, 'field name pseudonymised');
        const result = this.#member(member, at, depth + 1);
        return result === dropped ? [] : [[name, result]];
      }),
    );
  }

  #member(value: JsonValue, path: string, depth: number): JsonValue | typeof dropped {
    const rule = Object.hasOwn(this.#rules, path) ? this.#rules[path] : undefined;
    if (depth > deepest) return this.#drop(path);
    if (rule !== undefined && rule !== 'keep') return this.#ruled(rule, value, path, depth);
    const kind = rule === undefined ? announcedKind(path) : undefined;
    if (kind !== undefined && (typeof value === 'string' || typeof value === 'number') && couldBe(kind, value))
      return this.#announced(kind, value, path);
    if (typeof value === 'string') return this.#text(value, path);
    if (typeof value === 'number') return rule === undefined && isCardNumber(value) ? this.#drop(path) : value;
    if (Array.isArray(value)) return this.#list(value, path, depth);
    return value === null || typeof value !== 'object' ? value : this.object(value, path, depth);
  }

  #list(elements: readonly JsonValue[], path: string, depth: number): JsonValue[] {
    return elements.flatMap((element) => {
      const result = this.#member(element, path, depth + 1);
      return result === dropped ? [] : [result];
    });
  }

  #text(value: string, path: string): string {
    const { text, kinds } = redactText(value, this.#pseudonyms, readingOf(path, value));
    for (const kind of kinds) this.#note(path, `${kind} pseudonymised`);
    return text;
  }

  /** A field that is called `ssn` holds one, in whatever form it is written. */
  #announced(kind: string, value: string | number, path: string): JsonValue {
    this.#note(path, `${kind} pseudonymised`);
    return typeof value === 'number' ? this.#pseudonyms.number(kind, value) : this.#pseudonyms.text(kind, value);
  }

  #drop(path: string): typeof dropped {
    this.#note(path, 'dropped');
    return dropped;
  }

  #ruled(rule: Exclude<RedactionRule, 'keep'>, value: JsonValue, path: string, depth: number): JsonValue | typeof dropped {
    if (Array.isArray(value) && rule !== 'drop') return this.#list(value, path, depth);
    const written = typeof value === 'string' || typeof value === 'number';
    // What has no letters or digits of its own to change cannot be masked; leaving it would leave it whole.
    if (rule === 'drop' || !written) return this.#drop(path);
    this.#note(path, rule === 'mask' ? 'masked' : rule === 'generalise' ? 'generalised' : 'pseudonymised');
    if (rule === 'pseudonymise') {
      return typeof value === 'number'
        ? this.#pseudonyms.number(path, value)
        : this.#pseudonyms.text(path.split('.').at(-1) ?? path, value);
    }
    if (typeof value === 'number') return rule === 'mask' ? 0 : Number(value.toPrecision(2));
    const year = rule === 'generalise' ? /^(\d{4})-\d{2}-\d{2}(?:$|T)/.exec(value)?.[1] : undefined;
    return year ?? masked(value);
  }
}

/** Shape stays, letters and digits go; what would still look like something is removed. */
function masked(text: string): string {
  const shape = text.replace(/[\p{L}\p{N}\p{M}]/gu, 'x');
  return detects(shape) ? '[removed]' : shape;
}

/** Says "customer" to whoever reads names, in Latin letters and in Chinese. */
const customer = '客户: ';

/** A name that no list knows is one where people are named; a few words that are a town's or a product's name are none where these are. */
function readingOf(path: string, value: string): Reading {
  if (announcesPeople(path)) return { before: customer };
  return announcesThing(path) && value.split(' ').length <= 4 ? { without: personName.kind } : {};
}

/** A field called `passport` may hold "yes": a number has digits. */
function couldBe(kind: string, value: string | number): boolean {
  return value !== '' && (!numberKinds.has(kind) || /\p{Nd}/u.test(String(value)));
}

function isCardNumber(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1e12 && detects(String(value));
}
