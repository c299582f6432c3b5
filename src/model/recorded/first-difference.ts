import type { JsonValue } from '../../contracts/json.ts';
import { visibleText } from '../../text/hostile-text.ts';

/** Where two values part. */
export interface Difference {
  /** For example `messages.2.content.0.content`. */
  readonly path: string;
  /** Shortened JSON around the place; `nothing` where there is no such member. */
  readonly recorded: string;
  readonly asked: string;
  /** How many members were equal before: the larger, the nearer the two. */
  readonly equalBefore: number;
}

/** The first place, in order, where two values differ; undefined when they are equal. */
export function firstDifference(recorded: JsonValue, asked: JsonValue): Difference | undefined {
  const counter = { equal: 0 };
  return compare(recorded, asked, [], counter);
}

type Maybe = JsonValue | undefined;

function compare(recorded: Maybe, asked: Maybe, path: readonly string[], counter: { equal: number }): Difference | undefined {
  if (isContainer(recorded) && isContainer(asked) && Array.isArray(recorded) === Array.isArray(asked)) {
    for (const key of keysOfBoth(recorded, asked)) {
      const found = compare(memberOf(recorded, key), memberOf(asked, key), [...path, key], counter);
      if (found) return found;
    }
    // The order of keys counts where the canonical form keeps it.
    if (JSON.stringify(recorded) === JSON.stringify(asked)) return undefined;
  } else if (recorded === asked) {
    counter.equal += 1;
    return undefined;
  }
  return { path: path.join('.') || 'the request', ...shorten(textOf(recorded), textOf(asked)), equalBefore: counter.equal };
}

type Container = Exclude<JsonValue, string | number | boolean | null>;

function isContainer(value: Maybe): value is Container {
  return typeof value === 'object' && value !== null;
}

function keysOfBoth(recorded: Container, asked: Container): string[] {
  return [...new Set([...Object.keys(recorded), ...Object.keys(asked)])];
}

function memberOf(value: Container, key: string): Maybe {
  return Object.hasOwn(value, key) ? (value as Record<string, JsonValue>)[key] : undefined;
}

function textOf(value: Maybe): string {
  if (value === undefined) return 'nothing';
  return visibleText(JSON.stringify(value));
}

/** Both texts from shortly before they part, 80 characters long at most. */
function shorten(recorded: string, asked: string): { readonly recorded: string; readonly asked: string } {
  let same = 0;
  while (same < recorded.length && recorded[same] === asked[same]) same += 1;
  const from = Math.max(0, same - 20);
  const cut = (text: string) => `${from > 0 ? '…' : ''}${text.slice(from, from + 80)}${text.length > from + 80 ? '…' : ''}`;
  return { recorded: cut(recorded), asked: cut(asked) };
}
