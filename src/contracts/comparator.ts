import { z } from 'zod';
import { type JsonValue, jsonValueSchema } from './json.ts';

/** Comparators that need nothing but their name. */
export const namedComparators = ['exact', 'set', 'money', 'date', 'ignore'] as const;

/** Says itself whether two values are the same: the decided one, and the expected one or another repeat's. Pure, and at once. */
export type OwnComparator = (actual: JsonValue, expected: JsonValue) => boolean;

/**
 * When two values of a field are the same, as JSON can say it. `exact`: as without a comparator; `set`: a list whose order and repeats do not count;
 * `money`: amounts by value, however they are written; `date`: days and points in time by value; `ignore`: always; `tolerance`: numbers that differ
 * by no more, in the field's own unit; `oneOf`: any of these values for any other of them.
 */
export const jsonComparatorSchema = z.union(
  [
    z.enum(namedComparators),
    z.strictObject({ tolerance: z.number().nonnegative() }),
    z.strictObject({ oneOf: z.array(jsonValueSchema).min(2) }),
  ],
  { error: ({ input }) => comparatorFault(input) ?? 'no comparator' },
);
export type JsonComparator = z.infer<typeof jsonComparatorSchema>;

/** When two values of a field are the same. */
export type Comparator = JsonComparator | OwnComparator;

/**
 * Comparators by the field they are for. A field within a field is named by its path, `payout.amount`; every item of a list is `*`, `items.*.price`.
 */
export type Comparators = Readonly<Record<string, Comparator>>;

const known = `${namedComparators.map((name) => `"${name}"`).join(', ')}, {"tolerance": 0.5}, {"oneOf": ["a", "b"]}`;

/** What is wrong with a comparator, as the end of a sentence; undefined when it is one. */
export function comparatorFault(value: unknown): string | undefined {
  if (typeof value === 'function') {
    // By its own name: the report page reads this file too, and a browser has no other way.
    const kind = Object.prototype.toString.call(value);
    if (kind === '[object AsyncFunction]') return 'is an async function. Whether two values are the same must be said at once.';
    return kind === '[object Function]' ? undefined : 'is a generator function. Expected one that returns true or false.';
  }
  if (namedComparators.some((name) => name === value)) return undefined;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const [[name, setting] = [], ...more] = Object.entries(value);
    if (name === 'tolerance' && more.length === 0) {
      if (typeof setting === 'number' && setting >= 0 && Number.isFinite(setting)) return undefined;
      return `has the tolerance ${shown(setting)}. Expected a number from 0.`;
    }
    if (name === 'oneOf' && more.length === 0) {
      if (Array.isArray(setting) && setting.length >= 2) return undefined;
      return `has oneOf: ${shown(setting)}. Expected a list of at least two values.`;
    }
  }
  return `is ${shown(value)}, which is no comparator. Expected one of: ${known}.`;
}

function shown(value: unknown): string {
  if (typeof value === 'number' || value === undefined) return String(value);
  try {
    return (JSON.stringify(value) ?? typeof value).slice(0, 80);
  } catch {
    return typeof value;
  }
}
