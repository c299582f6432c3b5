/** Names in small letters. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * The answer to a request, read whole. One of JSON that went well, as nearly every one is, has only what the SDK and Docket read of such a `Response`:
 * Node.js's own, with a stream and checked headers of its own, takes more time than sending the request.
 */
export function wholeAnswer(status: number, headers: AnswerHeaders, bytes: Buffer): Response {
  if (status === 200 && bytes.length > 0 && String(headers['content-type']).startsWith('application/json'))
    return new JsonAnswer(headers, bytes) as unknown as Response;
  // Some firewalls make numbers up that no `Response` takes.
  const known = Math.min(status, 599);
  return new Response(bytes.length > 0 ? new Uint8Array(bytes) : null, { status: known, headers: pairsOf(headers) });
}

type ReadOfAnswer = Pick<Response, 'status' | 'ok' | 'url' | 'body' | 'json' | 'text'>;

class JsonAnswer implements ReadOfAnswer {
  readonly status = 200;
  readonly ok = true;
  readonly url = '';
  readonly body = null;
  readonly headers: PlainHeaders;
  readonly #bytes: Buffer;

  constructor(headers: AnswerHeaders, bytes: Buffer) {
    this.headers = new PlainHeaders(headers);
    this.#bytes = bytes;
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  async text(): Promise<string> {
    return decoder.decode(this.#bytes);
  }
}

const decoder = new TextDecoder();

class PlainHeaders implements Pick<Headers, 'get' | 'has'> {
  readonly #headers: AnswerHeaders;

  constructor(headers: AnswerHeaders) {
    this.#headers = headers;
  }

  get(name: string): string | null {
    const value = this.#headers[name.toLowerCase()] ?? null;
    return Array.isArray(value) ? value.join(', ') : value;
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }

  entries(): Iterable<[string, string]> {
    return pairsOf(this.#headers);
  }

  [Symbol.iterator](): Iterator<[string, string]> {
    return pairsOf(this.#headers)[Symbol.iterator]();
  }
}

function pairsOf(headers: AnswerHeaders): [string, string][] {
  const pairs: [string, string][] = [];
  for (const name of Object.keys(headers)) {
    const value = headers[name] ?? [];
    if (typeof value === 'string') pairs.push([name, value]);
    else for (const each of value) pairs.push([name, each]);
  }
  return pairs;
}
