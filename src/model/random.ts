import { sha256 } from '../contracts/canonical-json.ts';
import type { Random } from './simulator.ts';

/** A row of numbers in [0, 1) that depends on the seed alone. Algorithm: mulberry32 (Tommy Ettinger, public domain). */
export function seededRandom(seed: string): Random {
  let state = Number.parseInt(sha256(seed).slice(0, 8), 16);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
