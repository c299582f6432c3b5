import type { PickReason } from '../contracts/pick-reasons.ts';
import type { Random } from '../stats/random.ts';

/** What is known about a cluster of traces before somebody reviews one. */
export interface PickItem {
  readonly id: string;
  /** Codes of the findings that need no label. */
  readonly findings: readonly string[];
  /** Versions decided this input differently. */
  readonly disagreement: boolean;
  /** How unlike each other one version's decisions on this input are: 0 all alike, 0.5 evenly split. */
  readonly uncertainty: number;
  readonly coordinates: Readonly<Record<string, number>>;
  readonly stratum: string;
  readonly size: number;
}

export interface PickOptions {
  readonly random: Random;
  /** Coordinates of the cases that are there already. */
  readonly known: readonly Readonly<Record<string, number>>[];
  /** Reasons that may be used; all when not given. */
  readonly by?: readonly PickReason[];
}

export interface Picked {
  readonly id: string;
  readonly by: PickReason;
}

/**
 * Picks what is worth a person's time: the reasons take turns, each giving its best that is not taken yet. By finding: one of each combination
 * of findings, the rarest first; by disagreement between versions; by uncertainty across trials; by novelty: farthest from every case and
 * everything picked; and a stratified sample of what is normal, so that the suite does not consist of oddities. One by one, as they are asked
 * for: nobody knows beforehand how many are wanted.
 */
export function* pick(items: readonly PickItem[], { random, known, by }: PickOptions): Generator<Picked> {
  const taken = new Set<string>();
  const sources: Record<PickReason, Iterator<string>> = {
    finding: byFinding(items),
    disagreement: byDisagreement(items),
    uncertainty: byUncertainty(items),
    novelty: byNovelty(items, known, taken),
    sample: bySample(items, random),
  };
  const reasons = new Set<PickReason>(by ?? ['finding', 'disagreement', 'uncertainty', 'novelty', 'sample']);
  while (reasons.size > 0) {
    for (const reason of [...reasons]) {
      const next = nextFree(sources[reason], taken);
      if (next === undefined) reasons.delete(reason);
      else {
        taken.add(next);
        yield { id: next, by: reason };
      }
    }
  }
}

function nextFree(source: Iterator<string>, taken: ReadonlySet<string>): string | undefined {
  for (let next = source.next(); !next.done; next = source.next()) {
    if (!taken.has(next.value)) return next.value;
  }
  return undefined;
}

function* byFinding(items: readonly PickItem[]): Generator<string> {
  const groups = groupBy(
    items.filter(({ findings }) => findings.length > 0),
    ({ findings }) => [...new Set(findings)].sort().join(' '),
  );
  const queues = [...groups.values()].sort((one, other) => one.length - other.length);
  for (let round = 0; queues.some((queue) => queue.length > round); round += 1) {
    for (const queue of queues) {
      const item = queue[round];
      if (item) yield item.id;
    }
  }
}

function* byDisagreement(items: readonly PickItem[]): Generator<string> {
  for (const { id } of items.filter(({ disagreement }) => disagreement)) yield id;
}

function* byUncertainty(items: readonly PickItem[]): Generator<string> {
  const unsure = items.filter(({ uncertainty }) => uncertainty > 0).sort((one, other) => other.uncertainty - one.uncertainty);
  for (const { id } of unsure) yield id;
}

/** Farthest first: what is picked, for whatever reason, is known from then on. */
function* byNovelty(
  items: readonly PickItem[],
  known: readonly Readonly<Record<string, number>>[],
  taken: ReadonlySet<string>,
): Generator<string> {
  const distances = items.map(({ coordinates }) => Math.min(Number.POSITIVE_INFINITY, ...known.map((each) => distance(coordinates, each))));
  const seen = new Set<string>();
  for (;;) {
    for (const [index, item] of items.entries()) {
      if (!taken.has(item.id) || seen.has(item.id)) continue;
      seen.add(item.id);
      distances[index] = 0;
      for (const [other, { coordinates }] of items.entries()) {
        distances[other] = Math.min(distances[other] ?? 0, distance(coordinates, item.coordinates));
      }
    }
    let farthest = -1;
    for (const [index, each] of distances.entries()) {
      if (each > 0 && (farthest < 0 || each > (distances[farthest] ?? 0))) farthest = index;
    }
    const item = items[farthest];
    if (!item) return;
    distances[farthest] = 0;
    yield item.id;
  }
}

function* bySample(items: readonly PickItem[], random: Random): Generator<string> {
  const normal = items.filter(({ findings, disagreement, uncertainty }) => findings.length === 0 && !disagreement && uncertainty === 0);
  const strata = [...groupBy(normal, ({ stratum }) => stratum).entries()].sort(([one], [other]) => (one < other ? -1 : 1));
  const queues = strata.map(([, members]) => shuffled(members, random));
  for (let round = 0; queues.some((queue) => queue.length > round); round += 1) {
    for (const queue of queues) {
      const item = queue[round];
      if (item) yield item.id;
    }
  }
}

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  return items
    .map((item) => ({ item, order: random() }))
    .sort((one, other) => one.order - other.order)
    .map(({ item }) => item);
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Largest difference over the fields of both; a field that one lacks makes them strangers. */
function distance(one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>): number {
  const fields = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Math.max(0, ...[...fields].map((field) => Math.abs((one[field] ?? Number.POSITIVE_INFINITY) - (other[field] ?? 0))));
}
