import { canonicalJson } from '../contracts/canonical-json.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import { ownField } from '../contracts/own-field.ts';
import { normaliseValue } from './normalise-input.ts';
import { choiceText } from './same-answer.ts';

/** What is known about where decisions change. */
export interface InputSpace {
  readonly policy?: (input: JsonObject) => JsonObject;
  /** Values at which a field's meaning changes, by field; a value on a boundary belongs to what is above it. */
  readonly boundaries?: Readonly<Record<string, readonly number[]>>;
}

/** Where an input lies. Inputs of different regions are never near-duplicates, however close their figures are. */
export interface InputPlace {
  /** Policy's choice, sides of all boundaries, how far the borders are, and everything that is no number. */
  readonly region: string;
  /** What the policy decides and on which side of the boundaries: coarser than the region, for samples. */
  readonly stratum: string;
  /** Coordinates in field order; one unit is a difference that matters here. */
  readonly scaled: readonly number[];
  /** The same on a logarithmic scale for every input alike: 0.1 is about 10 %. */
  readonly coordinates: Readonly<Record<string, number>>;
}

/** Relative steps with which the neighbourhood is probed, and how far apart two inputs must be there to count as different. */
interface Probe {
  readonly step: number;
  readonly scale: number;
}
const widest: Probe = { step: 0.2, scale: 0.03 };
const probes: readonly Probe[] = [{ step: 0.01, scale: 0.0025 }, { step: 0.05, scale: 0.01 }, widest];
const farScale = 0.05;

/**
 * Finds an input's place. Each number is moved up and down by 1, 5 and 20 %: the smaller the step that changes the policy's choice or crosses
 * a boundary, the closer two inputs must be to count as one.
 */
export function placeOf(input: JsonObject, space: InputSpace): InputPlace {
  const fields = Object.keys(input).sort();
  const numeric = fields.filter((field) => typeof input[field] === 'number');
  const choice = choiceAt(input, space);
  const sides: string[] = [];
  const margins: string[] = [];
  const scaled: number[] = [];
  const coordinates: [string, number][] = [];
  const moving: JsonObject = { ...input };
  for (const field of numeric) {
    const value = input[field] as number;
    const boundaries = ownField(space.boundaries, field);
    const side = sideOf(value, boundaries);
    const changes = ({ step }: Probe) =>
      [1 - step, 1 + step].some((factor) => {
        const moved = Number.isInteger(value) ? Math.round(value * factor) : value * factor;
        moving[field] = moved;
        return sideOf(moved, boundaries) !== side || choiceAt(moving, space) !== choice;
      });
    // The widest step first: most inputs lie far from every border, and two looks at the policy show it.
    const margin = changes(widest) ? probes.findIndex(changes) : -1;
    moving[field] = value;
    const coordinate = Math.sign(value) * Math.log1p(Math.abs(value));
    sides.push(`${field}:${side}`);
    margins.push(`${field}:${margin}`);
    scaled.push(coordinate / (probes[margin]?.scale ?? farScale));
    coordinates.push([field, coordinate]);
  }
  const rest = fields.filter((field) => !numeric.includes(field)).map((field): [string, JsonValue] => [field, input[field] ?? null]);
  const stratum = `${choice} ${sides.join(' ')}`;
  return {
    stratum,
    region: `${stratum} ${margins.join(' ')} ${canonicalJson(normaliseValue(Object.fromEntries(rest)))}`,
    scaled,
    coordinates: Object.fromEntries(coordinates),
  };
}

/** The policy's choice as text; an input that it does not take is a place of its own. */
function choiceAt(input: JsonObject, { policy }: InputSpace): string {
  if (!policy) return '';
  try {
    return choiceText(policy(input));
  } catch {
    return 'not taken';
  }
}

function sideOf(value: number, boundaries: readonly number[] = []): number {
  let side = 0;
  for (const boundary of boundaries) if (value >= boundary) side += 1;
  return side;
}
