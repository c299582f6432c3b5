import { globSync } from 'node:fs';
import { expect, test } from 'vitest';
import { rooms } from './rooms.ts';

test.each(Object.entries(rooms))('every pattern of %s finds a file: a test that has moved would be left out without a word', (_, parts) => {
  const patterns = parts.flatMap(({ mutate, tests }) => [...mutate, ...tests]).map((pattern) => pattern.replace(/^!/, ''));
  expect(patterns.filter((pattern) => globSync(pattern).length === 0)).toEqual([]);
});
