import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linkTo, parseRoute, views } from './route.ts';

test('every place has a link that leads back to it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...views),
      fc.option(fc.string(), { nil: undefined }),
      fc.array(fc.string(), { maxLength: 2 }),
      (view, caseId, trials) => {
        expect(parseRoute(linkTo({ view, caseId, trials }))).toEqual({ view, caseId, trials });
      },
    ),
  );
});

test('an address of nowhere is the start', () => {
  expect(parseRoute('#view=nowhere&x=1')).toEqual({ view: 'cases', caseId: undefined, trials: [] });
  expect(parseRoute('')).toEqual({ view: 'cases', caseId: undefined, trials: [] });
});
