import type { InfraErrorKind } from '../contracts/trial.ts';

/** What Docket does about a call that brought no usable answer. */
interface RetryRule {
  readonly kind: InfraErrorKind;
  /** True: the call is tried again. A server may forbid it (`x-should-retry: false`). */
  readonly retried: boolean;
  /** What the failed try costs: `lost` where the provider may have charged for an answer that never came, which no budget can count. */
  readonly price: 'free' | 'lost';
  /** What is said of it. */
  readonly says: string;
}

/** Answers of the server, by HTTP status; what stands in no row goes by the hundred, `4xx` or `5xx`. */
export const statusRules = {
  401: rule('authentication', false, 'The model server does not accept the key. Check ANTHROPIC_API_KEY'),
  402: rule('spend-limit', false, "The provider's spend limit is reached; raise it, or add credit, then run the same command again"),
  403: rule('authentication', false, 'The key may not use this model or workspace'),
  404: rule('request', false, 'The model server does not know this model or address. Check the model id and ANTHROPIC_BASE_URL'),
  405: rule('request', false, 'The model server has no Messages API at this address. Check ANTHROPIC_BASE_URL'),
  407: rule(
    'connection',
    false,
    'A proxy on the way wants to know who calls. Put its user and password into HTTPS_PROXY: http://user:password@host:port',
  ),
  408: rule('timeout', true, 'The model server, or a gateway before it, gave up waiting', 'lost'),
  409: rule('server', true, 'The model server reports a conflict'),
  413: rule('request', false, 'The request is larger than the model server accepts'),
  424: rule('server', true, 'The model behind the server failed', 'lost'),
  429: rule('rate-limit', true, 'The rate limit is reached'),
  431: rule('request', false, 'The headers are larger than the model server accepts. Look at ANTHROPIC_CUSTOM_HEADERS'),
  451: rule('authentication', false, 'The provider, or a firewall on the way, does not serve this network or country'),
  499: rule('server', true, 'A gateway on the way broke the call off', 'lost'),
  502: rule('server', true, 'A gateway got no answer from the model server', 'lost'),
  504: rule('timeout', true, 'A gateway gave up waiting for the model server', 'lost'),
  511: rule('connection', false, 'The network wants whoever uses it to sign in first. Open a web page in a browser, and sign in'),
  520: rule('server', true, 'A gateway got no answer from the model server', 'lost'),
  524: rule(
    'timeout',
    true,
    'A gateway gave up waiting for the model server. It waits for about two minutes: let the model write less, or ask the server without it',
    'lost',
  ),
  529: rule('server', true, 'The model server is overloaded'),
  '4xx': rule('request', false, 'The model server refuses the request. Run again with ANTHROPIC_LOG=debug to see what the server said'),
  '5xx': rule('server', true, 'The model server failed'),
} as const satisfies Readonly<Record<number | '4xx' | '5xx', RetryRule>>;

/** Failures without a status: nothing came, or nothing that can be read. */
export const brokenRules = {
  refused: rule('connection', true, 'Nothing accepts connections at the model server. Start it, or correct ANTHROPIC_BASE_URL'),
  unconnected: rule(
    'connection',
    true,
    'No connection to the model server came about. Check ANTHROPIC_BASE_URL and the network; where a proxy is needed, set HTTPS_PROXY',
  ),
  dropped: rule(
    'connection',
    true,
    'The connection to the model server failed or was dropped. Where this goes on, check ANTHROPIC_BASE_URL, and what is between here and there',
    'lost',
  ),
  silent: rule('timeout', true, 'The server did not answer in time', 'lost'),
  unreadable: rule(
    'response',
    true,
    'The answer is not valid JSON: it was cut short, or the server does not speak the Messages API.',
    'lost',
  ),
  empty: rule(
    'response',
    true,
    "The model server answered with nothing: the body is empty. See the server's log, or that of the gateway that ANTHROPIC_BASE_URL names.",
    'lost',
  ),
  cut: rule('connection', true, 'The answer ended before it was whole: its stream was cut.', 'lost'),
} as const satisfies Readonly<Record<string, RetryRule>>;

/** How often and how long, times in milliseconds. */
export const retryLimits = {
  /** Most tries again of one call that has to wait with all others. */
  refusals: 10,
  /** Most tries again of one call that failed alone; the first pause, which doubles. */
  retries: 2,
  firstRetryMs: 500,
  /** A server that asks for a longer wait is not waited for: the pauses of all tries together are not longer. */
  longestAskedMs: 600_000,
  /** Failures in a row, of all calls, from which on a server that has answered before is out of order, and not one call unlucky. */
  outageFailures: 6,
  /** Most runs again of a whole trial, which pays for all its calls once more; the first pause, which doubles. */
  trialRetries: 2,
  firstTrialPauseMs: 1000,
} as const;

/** The rule for an HTTP status. */
export function ruleOfStatus(status: number): RetryRule {
  const rules: Readonly<Record<string, RetryRule>> = statusRules;
  return rules[status] ?? (status >= 500 ? statusRules['5xx'] : statusRules['4xx']);
}

/**
 * True when a failure says that the server has had enough: every call to it waits, then all go on more slowly. Any other failure that is
 * tried again waits alone.
 */
export function everybodyWaits(kind: InfraErrorKind, askedToWait: boolean): boolean {
  return kind === 'rate-limit' || (kind === 'server' && askedToWait);
}

function rule(kind: InfraErrorKind, retried: boolean, says: string, price: RetryRule['price'] = 'free'): RetryRule {
  return { kind, retried, price, says };
}
