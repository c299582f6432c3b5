import type { JsonObject } from '../contracts/json.ts';
import { type InputPlace, type InputSpace, placeOf } from './input-space.ts';
import { normalisedInputHash } from './normalise-input.ts';

/** Inputs that are one case, with the one that is kept: the first. */
export interface Cluster<Item> {
  readonly kept: Item;
  /** All of them, the kept one included, in the order in which they came. */
  readonly members: readonly Item[];
  readonly place: InputPlace;
}

interface Growing<Item> {
  readonly kept: Item;
  readonly members: Item[];
  readonly place: InputPlace;
}

/**
 * Puts equal and nearly equal inputs together. Equal: the same after spelling is normalised. Nearly equal: in the same region of the input
 * space, and no field differs by more than the region's scale (see `placeOf`). Each input joins the nearest kept one, so a chain of small
 * differences is no cluster. 100,000 inputs take seconds.
 */
export function dedupe<Item extends { readonly input: JsonObject }>(items: Iterable<Item>, space: InputSpace): Cluster<Item>[] {
  const byHash = new Map<string, Growing<Item>>();
  const regions = new Map<string, Region<Item>>();
  const clusters: Growing<Item>[] = [];
  for (const item of items) {
    const hash = normalisedInputHash(item.input);
    const equal = byHash.get(hash);
    if (equal) {
      equal.members.push(item);
      continue;
    }
    const place = placeOf(item.input, space);
    const region = regions.get(place.region) ?? new Region<Item>();
    regions.set(place.region, region);
    let cluster = region.nearest(place);
    if (cluster) cluster.members.push(item);
    else {
      cluster = { kept: item, members: [item], place };
      region.add(cluster);
      clusters.push(cluster);
    }
    byHash.set(hash, cluster);
  }
  return clusters;
}

/** The clusters of one region, in cells of one unit along its first three fields. More fields would make more neighbours than a cell has contents. */
class Region<Item> {
  readonly #cells = new Map<number, Growing<Item>[]>();

  add(cluster: Growing<Item>): void {
    const [first, second, third] = cellOf(cluster.place.scaled);
    const key = keyOf(first, second, third);
    const cell = this.#cells.get(key);
    if (cell) cell.push(cluster);
    else this.#cells.set(key, [cluster]);
  }

  /** The closest cluster at most one unit away in every field. */
  nearest({ scaled }: InputPlace): Growing<Item> | undefined {
    const [first, second, third] = cellOf(scaled);
    let nearest: Growing<Item> | undefined;
    let least = 1;
    for (let neighbour = 0; neighbour < 27; neighbour += 1) {
      const cell = this.#cells.get(
        keyOf(first + (neighbour % 3) - 1, second + (Math.floor(neighbour / 3) % 3) - 1, third + Math.floor(neighbour / 9) - 1),
      );
      for (const cluster of cell ?? []) {
        const distance = distanceOf(cluster.place.scaled, scaled);
        if (distance < least || (nearest === undefined && distance === least)) {
          nearest = cluster;
          least = distance;
        }
      }
    }
    return nearest;
  }
}

function cellOf([first = 0, second = 0, third = 0]: readonly number[]): readonly [number, number, number] {
  return [Math.floor(first), Math.floor(second), Math.floor(third)];
}

/** Cells may share a key: the distance decides, a key only saves looking. */
function keyOf(first: number, second: number, third: number): number {
  return Math.imul(first, 73_856_093) ^ Math.imul(second, 19_349_663) ^ Math.imul(third, 83_492_791);
}

/** Largest difference over all fields. */
function distanceOf(one: readonly number[], other: readonly number[]): number {
  let largest = 0;
  for (let index = 0; index < one.length; index += 1) largest = Math.max(largest, Math.abs((one[index] ?? 0) - (other[index] ?? 0)));
  return largest;
}
