import type { InfraErrorKind } from '../contracts/trial.ts';
import { ModelError } from './model-error.ts';

/** Why a run says nothing about the agent. */
export interface InfraFailure {
  readonly error: InfraErrorKind;
  readonly message: string;
  readonly retryable: boolean;
}

const unreachable = /^(?:E(?:CONNREFUSED|CONNRESET|CONNABORTED|PIPE|HOSTUNREACH|NETUNREACH|AI_AGAIN|NOTFOUND)|UND_ERR_\w+)$/;

/**
 * Reads an error of somebody else's client: by its HTTP status, or by the code of the connection, its own or that of its cause. Undefined for what
 * is no fault of a server or of the way to it.
 */
export function infraFailureOf(error: unknown): InfraFailure | undefined {
  if (error instanceof ModelError) return { error: error.kind, message: error.message, retryable: error.retryable };
  for (let each: unknown = error, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth += 1) {
    const found = byStatus(each) ?? byCode(each);
    if (found) return { ...found, message: `${each.name}: ${each.message}` };
  }
  return undefined;
}

type Kind = Omit<InfraFailure, 'message'>;

function byStatus(error: Error): Kind | undefined {
  const { status, statusCode } = error as { readonly status?: unknown; readonly statusCode?: unknown };
  const code = typeof status === 'number' ? status : statusCode;
  if (typeof code !== 'number') return undefined;
  if (code === 401 || code === 403) return { error: 'authentication', retryable: false };
  if (code === 402) return { error: 'spend-limit', retryable: false };
  if (code === 429) return { error: 'rate-limit', retryable: true };
  if (code === 408) return { error: 'timeout', retryable: true };
  return code >= 500 && code < 600 ? { error: 'server', retryable: true } : undefined;
}

function byCode(error: Error): Kind | undefined {
  const { code } = error as { readonly code?: unknown };
  if (error.name === 'TimeoutError' || code === 'ETIMEDOUT' || code === 'UND_ERR_HEADERS_TIMEOUT')
    return { error: 'timeout', retryable: true };
  return typeof code === 'string' && unreachable.test(code) ? { error: 'connection', retryable: true } : undefined;
}
