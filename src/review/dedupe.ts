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

/** A cluster while it grows; members by the order in which they came. */
interface Growing<Item> {
  readonly place: InputPlace;
  readonly members: Item[];
  readonly order: number[];
}

/**
 * Puts equal and nearly equal inputs together. Equal: the same after spelling is normalised. Nearly equal: in the same region of the input
 * space, and no field differs by more than the region's scale (see `placeOf`). Each input joins the nearest kept one, so a chain of small
 * differences is no cluster. 100,000 inputs take seconds.
 */
export function dedupe<Item extends { readonly input: JsonObject }>(items: Iterable<Item>, space: InputSpace): Cluster<Item>[] {
  const clusters = [...regionsOf(items, space).values()].flatMap(clustersOf);
  return clusters
    .sort((one, other) => (one.order[0] ?? 0) - (other.order[0] ?? 0))
    .map(({ place, members, order }) => {
      const inOrder = members.map((item, index) => ({ item, at: order[index] ?? 0 })).sort((one, other) => one.at - other.at);
      const [kept] = inOrder;
      if (!kept) throw new Error('A cluster has at least the input that made it.');
      return { kept: kept.item, members: inOrder.map(({ item }) => item), place };
    });
}

/** Equal inputs together, by region, in the order in which they came. */
function regionsOf<Item extends { readonly input: JsonObject }>(items: Iterable<Item>, space: InputSpace): Map<string, Growing<Item>[]> {
  const byHash = new Map<string, Growing<Item>>();
  const regions = new Map<string, Growing<Item>[]>();
  let at = 0;
  for (const item of items) {
    const hash = normalisedInputHash(item.input);
    const equal = byHash.get(hash);
    if (equal) {
      equal.members.push(item);
      equal.order.push(at);
    } else {
      const found: Growing<Item> = { place: placeOf(item.input, space), members: [item], order: [at] };
      byHash.set(hash, found);
      const region = regions.get(found.place.region);
      if (region) region.push(found);
      else regions.set(found.place.region, [found]);
    }
    at += 1;
  }
  return regions;
}

/** Each joins the nearest one before it that is near enough, or stands for itself. */
function clustersOf<Item>(inputs: readonly Growing<Item>[]): Growing<Item>[] {
  const grid = new Grid<Item>(widestAxes(inputs.map(({ place }) => place.scaled)));
  const clusters: Growing<Item>[] = [];
  for (const input of inputs) {
    const cluster = grid.nearest(input.place);
    if (cluster) {
      for (const member of input.members) cluster.members.push(member);
      for (const at of input.order) cluster.order.push(at);
    } else {
      grid.add(input);
      clusters.push(input);
    }
  }
  return clusters;
}

type Axes = readonly [number, number, number];

/** The three fields that spread the inputs over most cells; with more of them a cell would have more neighbours than contents. */
function widestAxes(points: readonly (readonly number[])[]): Axes {
  const fields = points[0]?.length ?? 0;
  const spread = Array.from({ length: fields }, (_, field) => ({
    field,
    cells: fields <= 3 ? 0 : new Set(points.map((point) => Math.floor(point[field] ?? 0))).size,
  }));
  const [first = 0, second = 1, third = 2] = spread.sort((one, other) => other.cells - one.cells).map(({ field }) => field);
  return [first, second, third];
}

/** The clusters of one region, in cells of one unit along three of its fields. */
class Grid<Item> {
  readonly #axes: Axes;
  readonly #cells = new Map<number, Growing<Item>[]>();

  constructor(axes: Axes) {
    this.#axes = axes;
  }

  add(cluster: Growing<Item>): void {
    const [first, second, third] = this.#cellOf(cluster.place.scaled);
    const key = keyOf(first, second, third);
    const cell = this.#cells.get(key);
    if (cell) cell.push(cluster);
    else this.#cells.set(key, [cluster]);
  }

  /** The closest cluster at most one unit away in every field; of equally close ones the first. */
  nearest({ scaled }: InputPlace): Growing<Item> | undefined {
    const [first, second, third] = this.#cellOf(scaled);
    let nearest: Growing<Item> | undefined;
    let least = 1;
    for (let neighbour = 0; neighbour < 27; neighbour += 1) {
      const cell = this.#cells.get(
        keyOf(first + (neighbour % 3) - 1, second + (Math.floor(neighbour / 3) % 3) - 1, third + Math.floor(neighbour / 9) - 1),
      );
      for (const cluster of cell ?? []) {
        const distance = distanceOf(cluster.place.scaled, scaled);
        const earlier = nearest === undefined || (cluster.order[0] ?? 0) < (nearest.order[0] ?? 0);
        if (distance < least || (distance === least && earlier)) {
          nearest = cluster;
          least = distance;
        }
      }
    }
    return nearest;
  }

  #cellOf(scaled: readonly number[]): Axes {
    const [first, second, third] = this.#axes;
    return [Math.floor(scaled[first] ?? 0), Math.floor(scaled[second] ?? 0), Math.floor(scaled[third] ?? 0)];
  }
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
