import { expect, it } from 'vitest';
import { groupAlike } from './alike-messages.ts';

it('puts messages together that differ in the id of the request only', () => {
  const refused = (id: string) => `The key is not accepted (HTTP 401, request ${id}).`;
  expect(groupAlike([refused('req_1-a'), 'The line is down.', refused('req_2'), refused('req_3'), 'The line is up.'])).toEqual([
    { message: refused('req_1-a'), count: 3 },
    { message: 'The line is down.', count: 1 },
    { message: 'The line is up.', count: 1 },
  ]);
});
