import { describe, expect, it } from 'vitest';
import { sampleBeta } from './sample-beta.ts';

/** Draws what it is told, and fails when asked for more. */
function told(...draws: number[]) {
  const left = [...draws];
  const random = () => {
    const draw = left.shift();
    if (draw === undefined) throw new Error(`more than ${draws.length} draws`);
    return draw;
  };
  return { random, left };
}
function beta(one: number, other: number, ...draws: number[]): number {
  const { random, left } = told(...draws);
  const drawn = sampleBeta(one, other, random);
  expect(left).toEqual([]);
  return drawn;
}

// Box & Muller: 0 makes the normal number 0; 1 - e^(-1/2) makes it 1 with an angle of 0 and -1 with half a turn, 1/2 with a sixth.
const plain = [0, 0, 0.5];
const one = 1 - Math.exp(-0.5);

describe('sampleBeta', () => {
  it('takes d = shape - 1/3 where the normal number is 0', () => {
    // 2/3 over 2/3 + 5/3.
    expect(beta(1, 2, ...plain, ...plain)).toBeCloseTo(2 / 7, 14);
  });

  it('lifts a shape below 1 by one and takes U^(1/shape) off', () => {
    // Gamma(1/2): 3/2 - 1/3 = 7/6, times (1/2)^2 = 7/24. 7/24 over 7/24 + 2/3 = 7/23.
    expect(beta(0.5, 1, ...plain, 0.5, ...plain)).toBeCloseTo(7 / 23, 14);
  });

  // d (1 + c x)^3 with c = 1/sqrt(9 d), and the third draw up to which x is rejected: 1 - exp(x^2/2 + d - d v + d ln v), worked out apart.
  it.each([
    { shape: 1, angle: 0, gamma: 1.8618575020903778, border: 0.010442757538143388 },
    { shape: 1, angle: 0.5, gamma: 0.13814249790962244, border: 0.020597037127915052 },
    { shape: 1, angle: 1 / 6, gamma: 1.1639184056091945, border: 0.0007465556733843304 },
    { shape: 2, angle: 0, gamma: 3.3196832142632666, border: 0.004599707690883359 },
    { shape: 2, angle: 0.5, gamma: 0.6803167857367322, border: 0.006996117627227627 },
  ])('Gamma($shape) at an angle of $angle is $gamma', ({ shape, angle, gamma, border }) => {
    expect(beta(shape, 1, one, angle, border + 1e-9, ...plain)).toBeCloseTo(gamma / (gamma + 2 / 3), 12);
    // Rejected, then the next attempt.
    expect(beta(shape, 1, one, angle, border - 1e-9, ...plain, ...plain)).toBeCloseTo((shape - 1 / 3) / (shape - 1 / 3 + 2 / 3), 12);
  });

  it('rejects a draw on the border', () => {
    expect(beta(1, 2, 0, 0, 0, ...plain, ...plain)).toBeCloseTo(2 / 7, 14);
  });

  it('asks for no third draw where the cube is below 0', () => {
    // sqrt(-2 ln(e^-8)) = 4, half a turn: -4, and 1 - 4/sqrt(6) < 0.
    expect(beta(1, 2, 1 - Math.exp(-8), 0.5, ...plain, ...plain)).toBeCloseTo(2 / 7, 14);
  });

  it('ends with a source of numbers that is broken', () => {
    expect(sampleBeta(1, 2, () => 0)).toBeCloseTo(2 / 7, 14);
  });

  it('is one half where both shapes are so small that nothing is left', () => {
    // 0.1^1000 is less than the smallest double.
    expect(sampleBeta(0.001, 0.001, () => 0.9)).toBe(0.5);
  });
});
