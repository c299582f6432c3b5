import { DocketError, exitCodes } from '../contracts/docket-error.ts';
import { destinations } from '../traces/destinations/destinations.ts';
import type { OtlpProtocol } from '../traces/destinations/encode-spans.ts';
import { sendTraces } from '../traces/send-traces.ts';
import type { TraceFilter } from '../traces/trace-store.ts';
import { VendorClient } from '../traces/vendor-client.ts';
import type { CommandContext } from './command-context.ts';
import { counted } from './figures.ts';
import { Interrupted, onInterrupt } from './interruption.ts';
import { openTracesForReading } from './open-project-traces.ts';
import { plainJson, plainLine } from './terminal-text.ts';
import { type VendorOptions, vendorSettings } from './vendor-options.ts';

export interface SendOptions extends VendorOptions {
  readonly to: string;
  readonly since?: number;
  readonly until?: number;
  readonly agent?: string;
  readonly limit?: number;
  readonly protocol: OtlpProtocol;
  readonly check?: boolean;
  readonly json?: boolean;
}

/** Sends stored traces, or only looks whether it could. */
export async function runSend(options: SendOptions, context: CommandContext): Promise<void> {
  const { out, note } = context.terminal;
  const destination = destinations.find(({ name }) => name === options.to);
  if (!destination)
    throw new DocketError(`There is no destination "${options.to}". There are: ${destinations.map(({ name }) => name).join(', ')}.`);
  const target = destination.target(vendorSettings(options, context));
  const { host } = new URL(target.baseUrl);
  if (options.check) {
    out.line(
      options.json
        ? plainJson({ kind: 'destination', destination: destination.name, host })
        : `${destination.title}: the settings are complete; traces would go to ${plainLine(host)}.`,
    );
    return;
  }
  const interruption = onInterrupt();
  const store = openTracesForReading(context.invocation.directory);
  try {
    const client = new VendorClient({ ...target, title: destination.title, variables: destination.variables, signal: interruption.signal });
    const summary = await sendTraces({
      destination,
      target,
      client,
      store,
      filter: filterOf(options),
      protocol: options.protocol,
      signal: interruption.signal,
    });
    const { traces, spans, rejected, reason } = summary;
    if (rejected > 0) note.line(note.style('yellow', `${counted(rejected, 'span')} not taken: ${plainLine(reason) || 'no reason given'}`));
    if (options.json) out.line(plainJson({ kind: 'sent-traces', destination: destination.name, host, ...summary }));
    else out.line(`${counted(traces, 'trace')} with ${counted(spans, 'span')} sent to ${destination.title} (${plainLine(host)}).`);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    note.line('interrupted; what was sent until then is there.');
    context.exit(exitCodes.interrupted);
  } finally {
    interruption.stop();
    store.close();
  }
}

function filterOf({ since, until, agent, limit }: SendOptions): TraceFilter {
  return {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(agent === undefined ? {} : { agent }),
    ...(limit === undefined ? {} : { limit }),
  };
}
