import type { InfraErrorKind } from '../contracts/trial.ts';
import { accountCauses } from './account-causes.ts';
import { type RefusedRequest, takesHttps } from './refusal-cause.ts';
import { requestCauses } from './request-causes.ts';
import { statusRules } from './retry-policy.ts';

/** Why a server refuses, in our words, with what to do about it. */
export interface Refusal {
  readonly kind: InfraErrorKind;
  readonly retryable: boolean;
  /** A whole sentence or more, without the full stop at its end. */
  readonly says: string;
}

/** More of an error's text is not looked at. */
const longestText = 8192;

/**
 * Why a server refuses, where its text says so in words that are known; undefined where it does not.
 * @param text what came, of any length and kind; the patterns are linear, and look at its beginning only
 */
export function refusalOf(status: number, text: string, request: RefusedRequest): Refusal | undefined {
  const start = text.slice(0, longestText);
  // Some gateways tell the provider's refusal as a failure of their own.
  const isRequests =
    [400, 402, 403, 404, 413, 422].includes(status) ||
    (status >= 500 && /invalid_request_error|BadRequestError|ValidationException|not_found_error|NotFoundError/.test(start));
  if (status >= 500 && /\bauthentication_error\b|\bAuthenticationError\b/.test(start)) return gatewaysKey(request);
  for (const { when, kind = 'request', retryable = false, says } of isRequests ? [...accountCauses, ...requestCauses] : accountCauses) {
    const match = when.exec(start);
    // Too many requests in a batch are no rate of them.
    if (match && !(status === 413 && kind === 'rate-limit')) return { kind, retryable, says: says(match, request, start) };
  }
  return undefined;
}

/** A gateway tells as its own failure that the provider behind it does not take its key. */
function gatewaysKey({ endpoint }: RefusedRequest): Refusal {
  const says = `The gateway at ${endpoint} is refused by the provider behind it: the key that it has there is not accepted. Correct that one`;
  return { kind: 'authentication', retryable: false, says };
}

/** Causes that a server's own page tells before it has read any request, by the page's title. */
const pageCauses = [
  { when: /plain HTTP request was sent to (?:an )?HTTPS port/i, says: takesHttps },
  { when: /Request Header Or Cookie Too Large|Header Fields Too Large/i, says: () => statusRules[431].says },
  {
    when: /No required SSL certificate was sent|SSL certificate error/i,
    says: ({ endpoint }: RefusedRequest) => `The server at ${endpoint} wants a certificate of whoever calls, and Docket sends none`,
  },
];

/** What a page in an answer's place says of it; undefined for one that says nothing known. */
export function pageRefusal(page: string, request: RefusedRequest): string | undefined {
  const [, title = ''] = /<title[^>]*>([^<]{0,300})/i.exec(page.slice(0, longestText)) ?? [];
  return pageCauses.find(({ when }) => when.test(title))?.says(request);
}

/** True for a text whose words for a refusal are known. */
export function hasKnownCause(text: string): boolean {
  return [...accountCauses, ...requestCauses].some(({ when }) => when.test(text.slice(0, longestText)));
}
