/** No connection came about: nobody has received the request, so nobody charges for it. Its cause says why. */
export class UnsentRequest extends TypeError {
  constructor(cause: unknown) {
    super('The request was not sent.', { cause: sayingNoTime(cause) });
  }
}

/** True for an error of a request that was never sent, from anywhere in its chain of causes. */
export function wasUnsent(error: unknown): boolean {
  let cause: unknown = error;
  for (let depth = 0; depth < 8 && cause instanceof Error; depth += 1, cause = cause.cause) if (cause instanceof UnsentRequest) return true;
  return false;
}

/** The SDK takes an error whose text speaks of time for a silent answer, and keeps nothing of it. */
function sayingNoTime(cause: unknown): unknown {
  if (!(cause instanceof Error) || !/time[sd]? ?out/i.test(String(cause))) return cause;
  return Object.assign(new Error('No connection came about in time.'), 'code' in cause ? { code: cause.code } : {});
}
