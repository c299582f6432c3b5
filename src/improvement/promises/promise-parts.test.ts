import { expect, it } from 'vitest';
import type { ChangePromise } from '../../contracts/promise.ts';
import { promiseParts } from './promise-parts.ts';

const dearer = (adds: number): ChangePromise => ({ falls: [], holds: [{ what: 'dollars', perRun: 0.01 + adds, adds }] });

it('what several changes may add to the price of a run is added up, once', () => {
  const parts = promiseParts([
    { id: 'P0-1', promise: dearer(0.002) },
    { id: 'P0-2', promise: dearer(0.0005) },
    { id: 'P0-3', promise: dearer(0) },
  ]);
  expect(parts).toEqual([
    {
      part: { what: 'dollars', perRun: expect.closeTo(0.0125, 12), adds: expect.closeTo(0.0025, 12) },
      changes: ['P0-1', 'P0-2', 'P0-3'],
    },
  ]);
});
