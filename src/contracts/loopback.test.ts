import { expect, test } from 'vitest';
import { isLoopback } from './loopback.ts';

test.each(['localhost', '127.0.0.1', '127.255.1.9', '::1', '[::1]'])('%s is this machine', (host) => {
  expect(isLoopback(host)).toBe(true);
});

test.each([
  '127.0.0.1.example.com',
  'localhost.example.com',
  '128.0.0.1',
  '127.1',
  '127.0.0.999',
  '0.0.0.0',
  '::',
  '[::ffff:7f00:1]',
  'LOCALHOST.',
  '',
])('%j may be another', (host) => {
  expect(isLoopback(host)).toBe(false);
});
