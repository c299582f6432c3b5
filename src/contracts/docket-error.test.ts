import { expect, it } from 'vitest';
import { DocketError } from './docket-error.ts';

class OneFault extends DocketError {}
class OtherFault extends DocketError {}

it('knows the errors of another copy of Docket by name, and tells the kinds of errors below it apart', () => {
  const fromAnotherCopy = Object.assign(new Error('x'), { name: 'DocketError' });
  expect(fromAnotherCopy instanceof DocketError).toBe(true);
  expect(new OneFault('x') instanceof DocketError).toBe(true);
  expect(new OneFault('x') instanceof OneFault).toBe(true);
  expect(new DocketError('x') instanceof OneFault).toBe(false);
  expect(new OtherFault('x') instanceof OneFault).toBe(false);
  expect(new Error('x') instanceof DocketError).toBe(false);
});
