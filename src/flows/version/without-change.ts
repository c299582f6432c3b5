import { isDeepStrictEqual } from 'node:util';
import { diffArrays } from 'diff';
import type { JsonValue } from '../../contracts/json.ts';

/** A text as it was before a change and after it. Undefined: there is no such file. */
export interface ChangedText {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What a file is without a change; `null`: it is not there. Or why it cannot be had without it. */
export type Undone = { readonly text: string | null } | { readonly conflict: string };

/**
 * Takes one change out of a file that others have changed since. Lines beside each other are no conflict, as they are to git: what a change put there is found again and
 * taken out, whatever stands around it. JSON is compared by its values.
 * @param now the file as it is, with all changes
 */
export function withoutChange(path: string, now: string | undefined, { before, after }: ChangedText): Undone {
  // A file that the change brought goes with it, whatever a person made of it.
  if (before === undefined) return { text: null };
  if (after === undefined) return now === undefined ? { text: before } : { conflict: 'it was removed, and is there again' };
  if (now === undefined) return { conflict: 'it is not there any more' };
  if (now === after) return { text: before };
  if (path.endsWith('.json')) {
    const values = [now, before, after].map(parsed);
    if (values.every((value) => value !== undefined)) {
      const [ours, theirs, base] = values as [JsonValue, JsonValue, JsonValue];
      const value = jsonWithout(ours, theirs, base);
      return value === undefined ? { conflict: 'what it says there was changed since' } : { text: `${JSON.stringify(value, null, 2)}\n` };
    }
  }
  return linesWithout(now.split('\n'), before.split('\n'), after.split('\n'));
}

/** Lines that a change took out, and those that it put in their place, from a line of the text after it on. */
interface Hunk {
  readonly at: number;
  readonly put: number;
  readonly taken: readonly string[];
}

function linesWithout(now: readonly string[], before: readonly string[], after: readonly string[]): Undone {
  const places = placesIn(after, now);
  const lines = [...now];
  for (const hunk of hunksOf(before, after).reverse()) {
    const found = slides(hunk, after).flatMap((at) => startIn(places, at, hunk.put) ?? []);
    const [start] = found;
    if (start === undefined) return { conflict: 'lines that it wrote were changed since' };
    lines.splice(start, hunk.put, ...hunk.taken);
  }
  return { text: lines.join('\n') };
}

/** Lines that were put in may be told in several places, where those around them are alike: `a`, `b`, `a` is one `b a` more, or one `a b`. */
function slides({ at, put, taken }: Hunk, after: readonly string[]): number[] {
  const places = [at];
  if (put === 0 || taken.length > 0) return places;
  for (let up = at; up > 0 && after[up - 1] === after[up + put - 1]; up -= 1) places.push(up - 1);
  for (let down = at; down + put < after.length && after[down] === after[down + put]; down += 1) places.push(down + 1);
  return places;
}

/** Where so many lines begin now, if they are all there and beside each other. */
function startIn(places: readonly (number | undefined)[], at: number, put: number): number | undefined {
  const start = put > 0 ? places[at] : at === 0 ? 0 : endOf(places[at - 1], places[at]);
  if (start === undefined) return undefined;
  return Array.from({ length: put }, (_, index) => places[at + index]).every((place, index) => place === start + index) ? start : undefined;
}

/** Where lines that were taken out belong: behind the one before them, or before the one behind. */
function endOf(before: number | undefined, behind: number | undefined): number | undefined {
  return before === undefined ? behind : before + 1;
}

function hunksOf(before: readonly string[], after: readonly string[]): Hunk[] {
  const hunks: Hunk[] = [];
  let at = 0;
  let taken: string[] = [];
  let put = 0;
  const close = () => {
    if (taken.length > 0 || put > 0) hunks.push({ at, put, taken });
    at += put;
    taken = [];
    put = 0;
  };
  for (const { value, added, removed } of diffArrays([...before], [...after])) {
    if (removed) taken.push(...value);
    else if (added) put += value.length;
    else {
      close();
      at += value.length;
    }
  }
  close();
  return hunks;
}

/** For each line of one text its index in the other; undefined for lines that are not there any more. */
function placesIn(from: readonly string[], to: readonly string[]): (number | undefined)[] {
  const places: (number | undefined)[] = [];
  let at = 0;
  for (const { value, added, removed } of diffArrays([...from], [...to])) {
    if (added) at += value.length;
    else if (removed) for (const _ of value) places.push(undefined);
    else for (const _ of value) places.push(at++);
  }
  return places;
}

/** Undefined where a value that was changed is not what the change made of it. */
function jsonWithout(now: JsonValue, before: JsonValue, after: JsonValue): JsonValue | undefined {
  if (isDeepStrictEqual(before, after)) return now;
  if (isDeepStrictEqual(now, after)) return before;
  if (isObject(now) && isObject(before) && isObject(after)) {
    const entries: [string, JsonValue][] = [];
    for (const [key, value] of Object.entries(now)) {
      if (!Object.hasOwn(after, key)) {
        entries.push([key, value]);
      } else if (!Object.hasOwn(before, key)) {
        // The change brought it, whatever a person made of it.
      } else {
        const undone = jsonWithout(value, before[key] as JsonValue, after[key] as JsonValue);
        if (undone === undefined) return undefined;
        entries.push([key, undone]);
      }
    }
    for (const [key, value] of Object.entries(before))
      if (!Object.hasOwn(after, key) && !Object.hasOwn(now, key)) entries.push([key, value]);
    return Object.fromEntries(entries);
  }
  if (!Array.isArray(now) || !Array.isArray(before) || !Array.isArray(after)) return undefined;
  const has = (list: readonly JsonValue[], wanted: JsonValue) => list.some((each) => isDeepStrictEqual(each, wanted));
  return [
    ...now.filter((each) => !has(after, each) || has(before, each)),
    ...before.filter((each) => !has(after, each) && !has(now, each)),
  ];
}

function isObject(value: JsonValue): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
