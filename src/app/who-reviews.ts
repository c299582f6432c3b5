import { BlockList, isIP } from 'node:net';
import { DocketError } from '../contracts/docket-error.ts';
import { plainLine } from '../text/hostile-text.ts';

/**
 * Whose name stands under an answer; never the page's to say. `named`: who started the server. `header`: whom an authenticating proxy names, believed from
 * some addresses only.
 */
export type WhoReviews =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'header'; readonly header: string; readonly trusted: BlockList };

/** Addresses and networks whose word on who asks is believed: `127.0.0.1,10.0.0.0/8`. @throws {DocketError} for what is neither */
export function trustedAddresses(parts: readonly string[]): BlockList {
  const list = new BlockList();
  for (const part of parts) {
    const [address = '', prefix, ...more] = part.split('/');
    const version = isIP(address);
    const bits = version === 6 ? 128 : 32;
    const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
    if (version === 0 || more.length > 0 || !(length <= bits))
      throw new DocketError(`--trust-proxy: "${part}" is no address and no network. Expected, for example, 127.0.0.1,10.0.0.0/8.`);
    if (length === 0)
      throw new DocketError(`--trust-proxy: ${part} is every address there is, so anybody could give any name. Name the proxy's.`);
    const family = version === 6 ? 'ipv6' : 'ipv4';
    if (length === bits) list.addAddress(address, family);
    else list.addSubnet(address, length, family);
  }
  return list;
}

/** The name of an HTTP header, in lower case. @throws {DocketError} for what cannot be one, or is one that says something else */
export function headerName(text: string): string {
  const name = text.toLowerCase();
  if (!/^[a-z0-9-]{1,100}$/.test(name) || ['host', 'origin', 'authorization', 'cookie', 'content-type', 'content-length'].includes(name))
    throw new DocketError(
      `--reviewer-header: "${text}" cannot say who reviews. Expected a header that the proxy sets, as X-Forwarded-Email.`,
    );
  return name;
}

/** A name that can stand under a label. @throws {DocketError} when it cannot */
export function reviewerName(text: string): string {
  const name = text.trim();
  if (name === '' || name.length > 200 || plainLine(name) !== name.replace(/\s+/gu, ' '))
    throw new DocketError('A reviewer needs a name of 1 to 200 visible characters.');
  return name.replace(/\s+/gu, ' ');
}

/** What a request says of who asks. */
export interface AskingRequest {
  /** Values of the header, one for each time that it was sent. */
  readonly values: readonly string[];
  /** The address at the other end of the connection; undefined when it is gone. */
  readonly address: string | undefined;
}

/** Whom the proxy names; undefined where it names nobody, and a refusal where the name cannot be believed. */
export function namedByProxy(
  { header, trusted }: Extract<WhoReviews, { kind: 'header' }>,
  { values, address = '' }: AskingRequest,
): { readonly name: string } | { readonly refused: string } | undefined {
  if (values.length === 0) return undefined;
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  const version = isIP(plain);
  if (version === 0 || !trusted.check(plain, version === 6 ? 'ipv6' : 'ipv4'))
    return { refused: `The header ${header} is not believed from ${plain || 'an unknown address'}: --trust-proxy does not name it.` };
  if (values.length > 1) return { refused: `The header ${header} was sent more than once, so it names nobody.` };
  try {
    return { name: reviewerName(readHeader(values[0] ?? '')) };
  } catch (error) {
    return { refused: `The header ${header} names nobody: ${(error as Error).message}` };
  }
}

/** Headers come as Latin-1; proxies write UTF-8 into them. */
function readHeader(value: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}
