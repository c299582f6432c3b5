import { expect, test } from 'vitest';
import { byteSize } from './time-arguments.ts';

test.each([
  ['0', 0],
  ['500', 500],
  ['1kb', 1000],
  ['500MB', 500_000_000],
  ['1.5 GB', 1_500_000_000],
  ['0.001kb', 1],
])('%s is %d bytes', (text, bytes) => {
  expect(byteSize(text)).toBe(bytes);
});

test.each(['', 'MB', '-1MB', '1TB', '1 MiB', '1,5GB', '1e3', '500MBx', '1.2345kb'])('%j is no size', (text) => {
  expect(() => byteSize(text)).toThrow('Expected a size, for example 500MB or 2GB.');
});
