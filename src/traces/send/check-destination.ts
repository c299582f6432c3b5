import { DocketError } from '../../contracts/docket-error.ts';
import type { DestinationTarget } from '../vendors/destination.ts';
import type { VendorIdentity } from '../vendors/vendor.ts';
import type { VendorClient } from '../vendors/vendor-client.ts';

/** One try, and no long wait: somebody looks on. */
export const checkLimits = { attempts: 1, timeoutMs: 5000 } as const;

/** An ExportTraceServiceRequest with one empty `resource_spans`: a receiver may take no body at all for a mistake. */
const emptyRequest = new Uint8Array([0x0a, 0x00]);

/**
 * Asks a destination whether it takes spans from us, by a request that holds none.
 * @throws {DocketError} when the key is refused, it is out of reach, or it answers in another way than a receiver of OTLP
 */
export async function checkDestination(
  { title }: Pick<VendorIdentity, 'title'>,
  { baseUrl, path }: DestinationTarget,
  client: VendorClient,
): Promise<void> {
  const answer = await client.request({
    method: 'POST',
    path,
    body: emptyRequest,
    headers: { 'content-type': 'application/x-protobuf' },
  });
  if (answer.kind === 'answer') return;
  const why = answer.kind === 'refused' ? `${answer.status} ${answer.message}`.trim() : 'an answer that is too long';
  throw new DocketError(
    `${title} at ${new URL(baseUrl).host} does not accept spans at ${path} (${why}). Check the server, and its region and project.`,
  );
}
