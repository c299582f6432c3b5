import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A comment as GitHub keeps it. */
export interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string };
}

/** An answer that is given instead of the usual one. */
export interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Only to this method. */
  readonly method?: string;
  /** How often; always when absent. */
  times?: number;
  /** What was asked is done all the same, as with a proxy that gave up waiting. */
  readonly done?: boolean;
}

/** The part of GitHub's API that writes comments, on loopback: pages of at most 100, a limit on length, and refusals on demand. */
export class GitHubStandIn implements AsyncDisposable {
  readonly comments: Comment[] = [];
  /** Method and path of each request. */
  readonly requests: string[] = [];
  readonly tokens = new Set<string>();
  refusal: Refusal | undefined;
  /** What else is answered to GET, by path; lists come in pages. */
  readonly answers = new Map<string, unknown>();
  /** Text that is answered to GET instead, by path. */
  readonly garbage = new Map<string, string>();
  /** Paths that are never answered. */
  readonly silent = new Set<string>();
  /** Called before a path is answered. */
  onAsked: ((path: string) => void) | undefined;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  /** Listens on a free port of this machine. */
  static async start(): Promise<GitHubStandIn> {
    const standIn = new GitHubStandIn();
    await new Promise<void>((resolve) => standIn.#server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  add(login: string, body: string): Comment {
    const comment = { id: 1000 + this.comments.length, body, user: { login } };
    this.comments.push(comment);
    return comment;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '/' } = request;
    this.requests.push(`${method} ${url}`);
    this.tokens.add(request.headers.authorization ?? '');
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
    const { pathname } = new URL(url, this.url);
    this.onAsked?.(pathname);
    if (this.silent.has(pathname)) return;
    const refusal = this.#refusalOf(method);
    const usual = !refusal || refusal.done ? this.#usual(method, new URL(url, this.url), text) : undefined;
    const answer = refusal ? { status: refusal.status, content: { message: 'Resource not accessible by integration' } } : usual;
    const garbage = this.garbage.get(pathname);
    if (garbage !== undefined && !refusal) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(garbage);
      return;
    }
    response.writeHead(answer?.status ?? 404, { 'content-type': 'application/json', ...refusal?.headers });
    response.end(JSON.stringify(answer?.content ?? { message: 'Not Found' }));
  }

  #refusalOf(method: string): Refusal | undefined {
    const { refusal } = this;
    if (!refusal || (refusal.method !== undefined && refusal.method !== method)) return undefined;
    if (refusal.times === undefined) return refusal;
    refusal.times -= 1;
    return refusal.times >= 0 ? refusal : undefined;
  }

  #usual(method: string, { pathname, searchParams }: URL, text: string): { status: number; content: unknown } | undefined {
    const size = Math.min(100, Number(searchParams.get('per_page') ?? 30));
    const first = (Number(searchParams.get('page') ?? 1) - 1) * size;
    if (method === 'GET' && pathname === '/repos/octo/loans/issues/7/comments') {
      return { status: 200, content: this.comments.slice(first, first + size) };
    }
    const known = method === 'GET' ? this.answers.get(pathname) : undefined;
    if (known !== undefined) return { status: 200, content: Array.isArray(known) ? known.slice(first, first + size) : known };
    if (method === 'GET') return undefined;
    const body = (JSON.parse(text) as { body: string }).body;
    if (body.length > 65_536) return { status: 422, content: { message: 'Body is too long (maximum is 65536 characters)' } };
    if (method === 'POST' && pathname === '/repos/octo/loans/issues/7/comments') {
      return { status: 201, content: this.add('github-actions[bot]', body) };
    }
    const id = Number(/^\/repos\/octo\/loans\/issues\/comments\/(\d+)$/.exec(pathname)?.[1]);
    const comment = this.comments.find((each) => each.id === id);
    if (method !== 'PATCH' || !comment) return undefined;
    comment.body = body;
    return { status: 200, content: comment };
  }
}
