import { createHash } from 'node:crypto';

/** Something that one shard does as a whole. */
export interface Unit {
  /** The same in every plan that it is part of: by it a unit keeps its shard when others come and go. */
  readonly name: string;
  /** How long it takes, in any unit of time. */
  readonly weight: number;
}

/** How much more than the best possible the fullest shard may have before units leave the shards that they prefer. */
const slack = 1.05;

/** Steps in which a plan is levelled: only plans of few large units need any. */
const mostSteps = 2000;
/** Units up to which pairs are looked at for exchange. */
const mostExchanged = 5000;

/**
 * Cuts units into so many shards: each goes to the shard that it prefers (rendezvous hashing, Thaler and Ravishankar 1998) among those that have
 * room for it, the heaviest first (bounded loads, Mirrokni et al. 2018). So a unit that is added moves few others, and the fullest shard has at
 * most `slack` of the least that is possible, where room can be found. Few and large units, for which it cannot, are levelled by moves and
 * exchanges out of the fullest shard. Depends on names and weights only.
 * @returns for each unit its shard, from 1
 */
export function cutUnits(units: readonly Unit[], count: number): number[] {
  const packed = units
    .map(({ name, weight }, index) => ({ index, weight, hash: hashOf(name), name }))
    .sort((one, other) => other.weight - one.weight || one.hash - other.hash || (one.name < other.name ? -1 : 1));
  const room = slack * leastPossible(packed, count);
  let cut = pack(packed, count, room);
  if (cut.fullest > room) {
    cut.level(room);
    // Where preferences leave no good cut, the usual greedy one may.
    const greedy = pack(packed, count, 0);
    greedy.level(room);
    if (greedy.fullest * 1.03 < cut.fullest) cut = greedy;
  }
  const shards = new Array<number>(units.length).fill(1);
  for (const [place, { index }] of packed.entries()) shards[index] = (cut.shards[place] ?? 0) + 1;
  return shards;
}

/** No cut's fullest shard has less: the mean, and of the heaviest units that are more than some in each shard, the lightest that must share one. */
export function leastPossible(units: readonly Pick<Unit, 'weight'>[], count: number): number {
  const weights = units.map(({ weight }) => weight).sort((one, other) => other - one);
  // Of all before each place.
  const sums = [0];
  for (const weight of weights) sums.push((sums.at(-1) ?? 0) + weight);
  let least = (sums.at(-1) ?? 0) / count;
  // Of the first units, `each` in every shard and one more, some shard has more than `each`.
  for (let each = 0; each * count < weights.length; each += 1) {
    const end = each * count + 1;
    least = Math.max(least, (sums[end] ?? 0) - (sums[end - each - 1] ?? 0));
  }
  return least;
}

interface PackedUnit {
  readonly weight: number;
  readonly hash: number;
}

/** Units in their shards, from 0. */
class Cut {
  readonly shards: number[];
  readonly #units: readonly PackedUnit[];
  readonly #loads: number[];

  constructor(units: readonly PackedUnit[], shards: number[], loads: number[]) {
    this.shards = shards;
    this.#units = units;
    this.#loads = loads;
  }

  get fullest(): number {
    return this.#loads.reduce((most, load) => Math.max(most, load), 0);
  }

  /** Takes the move or exchange out of the fullest shard that helps most, until none does or it has at most `room`. */
  level(room: number): void {
    for (let step = 0; step < mostSteps && this.fullest > room; step += 1) if (!this.#ease()) return;
  }

  #ease(): boolean {
    const from = this.#loads.indexOf(this.fullest);
    const load = this.#loads[from] ?? 0;
    let best = load * (1 - 1e-9);
    let change: readonly [unit: number, to: number, back: number | undefined] | undefined;
    const inside = this.shards.flatMap((shard, unit) => (shard === from ? [unit] : []));
    const consider = (unit: number, to: number, weight: number, back?: number) => {
      const after = Math.max(load - weight, (this.#loads[to] ?? 0) + weight);
      if (after >= best) return;
      best = after;
      change = [unit, to, back];
    };
    // Of units that weigh the same one stands for all.
    const seen = new Set<number>();
    for (const unit of inside) {
      const weight = this.#weight(unit);
      if (seen.has(weight)) continue;
      seen.add(weight);
      for (let to = 0; to < this.#loads.length; to += 1) if (to !== from) consider(unit, to, weight);
      if (this.#units.length > mostExchanged) continue;
      for (const [back, to] of this.shards.entries()) if (to !== from) consider(unit, to, weight - this.#weight(back), back);
    }
    if (!change) return false;
    const [unit, to, back] = change;
    this.#move(unit, to);
    if (back !== undefined) this.#move(back, from);
    return true;
  }

  #move(unit: number, to: number): void {
    const from = this.shards[unit] ?? 0;
    const weight = this.#weight(unit);
    this.#loads[from] = (this.#loads[from] ?? 0) - weight;
    this.#loads[to] = (this.#loads[to] ?? 0) + weight;
    this.shards[unit] = to;
  }

  #weight(unit: number): number {
    return this.#units[unit]?.weight ?? 0;
  }
}

/** Each unit into the shard that it prefers among those with room for it; where none has, into the emptiest. */
function pack(units: readonly PackedUnit[], count: number, room: number): Cut {
  const loads = new Array<number>(count).fill(0);
  const shards = units.map(({ weight, hash }) => {
    let [preferred, highest, emptiest] = [-1, -1, 0];
    for (let shard = 0; shard < count; shard += 1) {
      const load = loads[shard] ?? 0;
      if (load < (loads[emptiest] ?? 0)) emptiest = shard;
      if (load + weight > room) continue;
      const preference = mixed(hash ^ mixed(shard + 1));
      if (preference > highest) [preferred, highest] = [shard, preference];
    }
    const shard = preferred < 0 ? emptiest : preferred;
    loads[shard] = (loads[shard] ?? 0) + weight;
    return shard;
  });
  return new Cut(units, shards, loads);
}

function hashOf(name: string): number {
  return createHash('sha256').update(name).digest().readUInt32BE(0);
}

/** The finaliser of MurmurHash3 (Appleby, public domain): every bit of the input changes every bit of the output. */
function mixed(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
