import { DocketError } from '../contracts/docket-error.ts';
import { plainLine } from '../text/hostile-text.ts';
import type { TraceStore } from '../traces/store/trace-store.ts';

/** The id that begins so, when there is only one. @throws {DocketError} when there is none, or there are several */
export async function wholeTraceId(store: TraceStore, given: string): Promise<string> {
  const id = given.toLowerCase();
  if (!/^[0-9a-f]{1,32}$/.test(id))
    throw new DocketError(
      `"${plainLine(given).slice(0, 80)}" is not a trace id. Expected up to 32 hexadecimal digits; docket traces ls shows them.`,
    );
  const found = await store.idsThatBegin(id);
  if (found.length > 1) {
    const more = found.length > 3 ? ', …' : '';
    throw new DocketError(`Several traces begin with ${id}: ${found.slice(0, 3).join(', ')}${more}. Give more of the id.`);
  }
  const [only] = found;
  if (only === undefined) throw unknownTrace(given);
  return only;
}

export function unknownTrace(given: string): DocketError {
  return new DocketError(`There is no trace "${given}". docket traces ls shows what is there.`);
}
