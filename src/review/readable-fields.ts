import { attachedIn, attachedText } from '../contracts/attachment.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import { ownField } from '../contracts/own-field.ts';
import { amount } from '../text/figures.ts';

/** A field as a person reads it who has never seen the schema. */
export interface ReadableField {
  /** Its path by the schema's own names: `applicant.age`. */
  readonly field: string;
  /** What it is called: the schema's title, or its name in words. */
  readonly label: string;
  /** What the schema says of it. */
  readonly help?: string;
  /** Its value, figures with separators and units. */
  readonly text: string;
  /** An image or a document, as a data URL of a kind that runs nothing. */
  readonly attached?: { readonly url: string; readonly isImage: boolean };
}

/** Deeper than that, and in more rows, nobody reads: the rest stands as JSON. */
const deepest = 4;
const mostRows = 300;
const longestLine = 100;

/** A value's fields in words and units, one a row, those of objects within it by the way to them. */
export function readableFields(value: JsonObject, schema: JsonObject = {}): ReadableField[] {
  return rowsOf(value, schema, { path: [], labels: [], root: schema });
}

interface Place {
  readonly path: readonly string[];
  readonly labels: readonly string[];
  readonly root: JsonObject;
}

function rowsOf(value: JsonObject, schema: JsonObject, place: Place): ReadableField[] {
  const names = Object.keys(value);
  const rows: ReadableField[] = [];
  for (const [index, name] of names.entries()) {
    if (rows.length >= mostRows) {
      const rest = Object.fromEntries(names.slice(index).map((each) => [each, value[each] ?? null]));
      rows.push({ field: [...place.path, '…'].join('.'), label: [...place.labels, 'The rest'].join(' · '), text: JSON.stringify(rest) });
      break;
    }
    rows.push(...rowsOfField(name, ownField(value, name) ?? null, propertyOf(schema, name, place.root), place));
  }
  return rows;
}

function rowsOfField(name: string, value: JsonValue, schema: JsonObject, { path, labels, root }: Place): ReadableField[] {
  const place = {
    path: [...path, name],
    labels: [...labels, typeof value === 'number' ? labelOf(withoutUnit(name), schema) : labelOf(name, schema)],
    root,
  };
  if (isObject(value) && Object.keys(value).length > 0 && place.path.length < deepest) return rowsOf(value, schema, place);
  if (Array.isArray(value) && value.some(isObject) && place.path.length < deepest) {
    const items = itemsOf(schema, root);
    return value
      .flatMap((item, index) => rowsOfField(String(index + 1), item, { title: `${index + 1}`, ...items }, place))
      .slice(0, mostRows);
  }
  const help = textIn(schema.description);
  const attached = typeof value === 'string' ? attachedIn(value) : undefined;
  return [
    {
      field: place.path.join('.'),
      label: place.labels.join(' · '),
      ...(help === undefined ? {} : { help }),
      text: attached ? attachedText(attached) : readableValue(name, value, schema),
      ...(attached
        ? { attached: { url: `data:${attached.mediaType};base64,${attached.data}`, isImage: attached.mediaType.startsWith('image/') } }
        : {}),
    },
  ];
}

/** What an input says, on one line: `Annual income $85,000, credit score 720`. Undefined where it says nothing that fits one. */
export function readableLine(value: JsonObject, schema: JsonObject = {}): string | undefined {
  const told = readableFields(value, schema).filter(({ text, attached }) => attached === undefined && text !== '' && text.length <= 40);
  let line = '';
  for (const { field, label, text } of told.slice(0, 4)) {
    const next = line === '' ? `${label} ${text}` : `${line}, ${withinSentence(label, field)} ${text}`;
    if (next.length > longestLine) break;
    line = next;
  }
  return line === '' ? undefined : line;
}

/** A label that was made of a name, as it stands within a sentence; what the schema calls a field is written as it is there. */
function withinSentence(label: string, field: string): string {
  const name = field.slice(field.lastIndexOf('.') + 1);
  const isMade = label === labelOf(name) || label === labelOf(withoutUnit(name));
  return isMade && /^[A-Z][a-z]/.test(label) ? `${label.charAt(0).toLowerCase()}${label.slice(1)}` : label;
}

/** One value in words: `yes`, `$85,000`, `36 %`, `20 kg`. */
export function readableValue(name: string, value: JsonValue, schema: JsonObject = {}): string {
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return figure(name, value, schema);
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => !isObject(item) && !Array.isArray(item)))
    return value.length === 0 ? 'none' : value.map((item) => readableValue(name, item, schema)).join(', ');
  return JSON.stringify(value);
}

/** What a field is called: its title, or its name in words. `annual_income` is "Annual income". */
export function labelOf(name: string, schema: JsonObject = {}): string {
  const title = textIn(schema.title);
  if (title !== undefined) return title;
  const words = wordsOf(name);
  // What is no name made of words stays as it is, so that nobody takes it for another field.
  return words.length === 0
    ? name
    : `${words[0]?.charAt(0).toUpperCase()}${words[0]?.slice(1)}${words
        .slice(1)
        .map((word) => ` ${word}`)
        .join('')}`;
}

function wordsOf(name: string): string[] {
  if (!/^[A-Za-z][A-Za-z0-9_ -]*$/.test(name)) return [];
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[_\s-]+/)
    .filter((word) => word !== '')
    .map((word) => (/^[A-Z0-9]{2,}$/.test(word) || abbreviations.has(word.toLowerCase()) ? word.toUpperCase() : word.toLowerCase()));
}

/** Words that are written in capitals. */
const abbreviations = new Set(['dti', 'id', 'ltv', 'apr', 'zip', 'ssn', 'iban', 'vat', 'usd', 'eur', 'gbp', 'url', 'vin', 'icd', 'cpt']);

/** Names whose numbers are names themselves. */
const numbersThatName = /(?:^|[_\s-])(?:year|id|number|no|code|zip|postcode|phone)$/i;

/** A unit is what the schema says ("in dollars"), or else the name's last word (`weight_kg`). */
const units: readonly (readonly [says: RegExp, named: RegExp, show: (figures: string) => string])[] = [
  [/\bdollars?\b|\bUSD\b|\$/i, /(?:dollars?|usd)$/i, (figures) => (figures.startsWith('-') ? `−$${figures.slice(1)}` : `$${figures}`)],
  [/\beuros?\b|\bEUR\b|€/i, /(?:euros?|eur)$/i, (figures) => `€${figures}`],
  [/\bper ?cent\b|\bpercentage\b|%/i, /(?:percent|percentage|pct)$/i, (figures) => `${figures} %`],
  [/\b(?:kilograms|kg)\b/i, /(?:kilograms|kg)$/i, (figures) => `${figures} kg`],
  [/\bin (?:kilometres|kilometers|km)\b/i, /km$/i, (figures) => `${figures} km`],
  [/\bin years\b/i, /years$/i, (figures) => `${figures} years`],
  [/\bin months\b/i, /months$/i, (figures) => `${figures} months`],
  [/\bin days\b/i, /days$/i, (figures) => `${figures} days`],
  [/\bin hours\b/i, /hours$/i, (figures) => `${figures} hours`],
  [/\bin minutes\b/i, /minutes$/i, (figures) => `${figures} minutes`],
];

function figure(name: string, value: number, schema: JsonObject): string {
  const spaced = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2');
  if (Number.isInteger(value) && numbersThatName.test(spaced)) return String(value);
  // Whole: a figure that is rounded is another one. Beyond what separators help with it stays as it is written.
  const figures = Math.abs(value) < 1e15 && (value === 0 || Math.abs(value) >= 1e-6) ? amount(value, 12) : String(value);
  const said = [textIn(schema.title), textIn(schema.description)].filter((text) => text !== undefined).join(' ');
  const unit = units.find(([says]) => says.test(said)) ?? units.find(([, named]) => new RegExp(`(?:^|_)${named.source}`, 'i').test(spaced));
  if (!unit) return figures;
  const [, , show] = unit;
  return show(isMoney(unit) ? figures.replace(/\.(\d)$/, '.$10') : figures);
}

function isMoney(unit: (typeof units)[number]): boolean {
  return unit === units[0] || unit === units[1];
}

/** `weight_kg` is a weight: its figure says the rest. */
function withoutUnit(name: string): string {
  const spaced = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2');
  const unit = units.find(([, named]) => new RegExp(`_${named.source}`, 'i').test(spaced));
  return unit ? spaced.replace(new RegExp(`_${unit[1].source}`, 'i'), '') : name;
}

function propertyOf(schema: JsonObject, name: string, root: JsonObject): JsonObject {
  const own = resolved(schema, root);
  const parts = [own, ...[own.anyOf, own.allOf, own.oneOf].flatMap((list) => (Array.isArray(list) ? list : [])).filter(isObject)];
  for (const part of parts) {
    const properties = resolved(part, root).properties;
    const found = isObject(properties) ? ownField(properties, name) : undefined;
    if (isObject(found)) return resolved(found, root);
  }
  return {};
}

function itemsOf(schema: JsonObject, root: JsonObject): JsonObject {
  const { items } = resolved(schema, root);
  if (!isObject(items)) return {};
  const { title: _, ...rest } = resolved(items, root);
  return rest;
}

/** What a reference to a definition of the document stands for; what points elsewhere says nothing. */
function resolved(schema: JsonObject, root: JsonObject): JsonObject {
  const [, place = '', name = ''] = typeof schema.$ref === 'string' ? (/^#\/(\$defs|definitions)\/([^/]+)$/.exec(schema.$ref) ?? []) : [];
  const definitions = place === '' ? undefined : ownField(root, place);
  const found = isObject(definitions) ? ownField(definitions, name.replaceAll('~1', '/').replaceAll('~0', '~')) : undefined;
  return isObject(found) ? { ...found, ...schema } : schema;
}

function textIn(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().replace(/\.$/, '') : undefined;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
