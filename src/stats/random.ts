/** Returns a number in [0, 1). */
export type Random = () => number;

/**
 * A row of numbers in [0, 1) that depends on the seed alone, for simulations.
 * Algorithm: sfc32 (Chris Doty-Humphrey, PractRand, public domain), 32 bits a number, seeded through 12 discarded rounds.
 * @param seed any whole number; its low 32 bits count
 */
export function seededRandom(seed: number): Random {
  let a = 0;
  let b = seed | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  const next = () => {
    const mixed = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + mixed) | 0;
    return (mixed >>> 0) / 4_294_967_296;
  };
  for (let round = 0; round < 12; round += 1) next();
  return next;
}
