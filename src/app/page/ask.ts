import { useEffect, useState } from 'preact/hooks';

/** Where a tab of this origin finds the token again: it is a secret of one start of the server, and dies with it. */
const tokenName = 'docket-token';

/**
 * Takes the token out of the address, in which it must not stay: addresses are copied, and stand in the history. One that the server refuses takes no
 * other one's place: any page can link here with a wrong one.
 */
export async function takeToken(): Promise<void> {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given === null) return;
  history.replaceState(null, '', location.pathname);
  if (localStorage.getItem(tokenName) !== null && localStorage.getItem(tokenName) !== given) {
    const { status } = await fetch('/api/v1/about', { headers: { authorization: `Bearer ${given}` } }).catch(() => ({ status: 0 }));
    if (status === 401) return;
  }
  localStorage.setItem(tokenName, given);
}

/** What the server said in the place of an answer. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function asked(path: string, options: RequestInit = {}): Promise<Response> {
  const headers = { ...options.headers, authorization: `Bearer ${localStorage.getItem(tokenName) ?? ''}` };
  return fetch(`/api/v1${path}`, { ...options, headers }).catch((error: unknown) => {
    if (options.signal?.aborted) throw error;
    throw new Refusal(0, 'The server does not answer. It may have been ended: start docket ui again.');
  });
}

async function answerOf<Answer>(response: Response): Promise<Answer> {
  const answer = (await response.json()) as Answer & { readonly error?: string };
  if (response.ok) return answer;
  throw new Refusal(response.status, answer.error ?? `The server answered ${response.status}.`);
}

/** Asks a reading route. */
export async function ask<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return answerOf<Answer>(await asked(path, signal ? { signal } : {}));
}

/** Asks a writing route. */
export async function tell<Answer>(path: string, body: object = {}): Promise<Answer> {
  return answerOf<Answer>(
    await asked(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  );
}

/** Milliseconds before a stream that broke off is followed again. */
const patience = 2000;

interface Following<Event> {
  readonly onEvent: (event: Event) => void;
  /** Called whenever it begins, so that what was missed in between can be read. */
  readonly onStart?: () => void;
  /** Called when the server has told all; without it, the stream is followed anew then. */
  readonly onEnd?: () => void;
  readonly signal: AbortSignal;
}

/**
 * Follows a route of events until the signal aborts; what breaks off is followed anew.
 */
export async function follow<Event>(path: string, { onEvent, onStart, onEnd, signal }: Following<Event>): Promise<void> {
  while (!signal.aborted) {
    try {
      const response = await asked(path, { signal });
      if (!response.ok || !response.body) throw new Refusal(response.status, `The server answered ${response.status}.`);
      onStart?.();
      for await (const line of linesOf(response.body)) if (line.startsWith('data: ')) onEvent(JSON.parse(line.slice(6)) as Event);
      if (onEnd) return onEnd();
    } catch (error) {
      if (error instanceof Refusal && [401, 403, 404].includes(error.status)) return;
    }
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, patience));
  }
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** What is known of an answer. */
export type Asked<Answer> =
  | { readonly state: 'waiting' }
  | { readonly state: 'answered'; readonly answer: Answer }
  | { readonly state: 'refused'; readonly refusal: Refusal };

/** Asks when it is drawn, and again when the path changes. Of answers that overtake each other the last question's counts. */
export function useAnswer<Answer>(path: string): Asked<Answer> {
  const [known, setKnown] = useState<{ readonly path: string; readonly asked: Asked<Answer> }>({ path, asked: { state: 'waiting' } });
  useEffect(() => {
    const gone = new AbortController();
    const put = (asked: Asked<Answer>) => !gone.signal.aborted && setKnown({ path, asked });
    ask<Answer>(path, gone.signal).then(
      (answer) => put({ state: 'answered', answer }),
      (error: unknown) => put({ state: 'refused', refusal: error instanceof Refusal ? error : new Refusal(0, String(error)) }),
    );
    return () => gone.abort();
  }, [path]);
  return known.path === path ? known.asked : { state: 'waiting' };
}
