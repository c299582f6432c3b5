import { count, counted } from '../../../text/figures.ts';
import { plainLine } from '../../../text/hostile-text.ts';
import { checkDestination, checkLimits } from '../../../traces/send/check-destination.ts';
import type { OtlpProtocol } from '../../../traces/send/encode-spans.ts';
import { type SendRequest, type SendSummary, sendTraces } from '../../../traces/send/send-traces.ts';
import type { TraceFilter } from '../../../traces/store/trace-store.ts';
import { telemetrySettings } from '../../../traces/telemetry/telemetry-settings.ts';
import { VendorClient } from '../../../traces/vendors/vendor-client.ts';
import { loadDestination } from '../../../traces/vendors/vendors.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { drawOver } from '../../terminal/draw-over.ts';
import { endInterrupted, onInterrupt } from '../../terminal/interruption.ts';
import { printJson } from '../../terminal/plain-json.ts';
import { openTracesForChanging } from '../open-project-traces.ts';
import { pauseNote, projectEnvironment, type VendorOptions, vendorSettings } from '../vendor-options.ts';

export interface SendOptions extends VendorOptions {
  readonly to: string;
  readonly since?: number;
  readonly until?: number;
  readonly agent?: string;
  readonly limit?: number;
  readonly protocol: OtlpProtocol;
  /** What was found out about traces, instead of the traces. */
  readonly scores?: boolean;
  readonly again?: boolean;
  readonly check?: boolean;
  readonly json?: boolean;
}

/** Sends stored traces or their scores, or only asks whether it could. */
export async function runSend(options: SendOptions, context: CommandContext): Promise<void> {
  const { out, note } = context.terminal;
  const destination = await loadDestination(options.to);
  const environment = projectEnvironment(context);
  const target = destination.target(vendorSettings(options, environment));
  const { host } = new URL(target.baseUrl);
  const interruption = onInterrupt();
  const client = new VendorClient({
    ...target,
    title: destination.title,
    variables: destination.variables,
    signal: interruption.signal,
    onPause: pauseNote(destination.title, note),
    ...(options.check ? { limits: checkLimits } : {}),
  });
  try {
    if (options.check) {
      await checkDestination(destination, target, client);
      if (options.json) printJson({ kind: 'destination', destination: destination.name, host }, out);
      else out.line(`${destination.title} accepts spans at ${plainLine(host)}. Nothing was sent.`);
      return;
    }
    const { content } = telemetrySettings(environment);
    const summary = await sendFrom(context, { ...options, destination, target, client, signal: interruption.signal, content });
    const { rejected, reason } = summary;
    if (rejected > 0)
      note.line(note.style('yellow', `${counted(rejected, 'span')} not accepted: ${plainLine(reason) || 'no reason given'}`));
    if (options.json) printJson({ kind: 'sent-traces', destination: destination.name, host, ...summary }, out);
    else out.line(sentLine(summary, `${destination.title} (${plainLine(host)})`, options));
  } catch (error) {
    endInterrupted(error, context, '. What was sent before that has arrived.');
  } finally {
    interruption.stop();
  }
}

async function sendFrom(
  context: CommandContext,
  options: SendOptions & Required<Pick<SendRequest, 'destination' | 'target' | 'client' | 'signal' | 'content'>>,
): Promise<SendSummary> {
  const { destination, target, client, signal, content, protocol } = options;
  const { note } = context.terminal;
  const store = await openTracesForChanging(context.invocation.directory, context.terminal.note);
  try {
    return await sendTraces({
      destination,
      target,
      client,
      store,
      filter: filterOf(options),
      protocol,
      signal,
      what: options.scores ? 'scores' : 'spans',
      again: options.again ?? false,
      content,
      onBatch: ({ traces, spans }) => drawOver(note, `${count(traces)} traces · ${count(spans)} spans sent`),
    });
  } finally {
    drawOver(note);
    await store.close();
  }
}

function sentLine({ traces, known, spans }: SendSummary, where: string, { scores }: SendOptions): string {
  const what = scores ? `scores of ${counted(traces, 'trace')}` : `${counted(traces, 'trace')} with ${counted(spans, 'span')}`;
  if (traces === 0 && known === 0 && scores) return `No trace has scores to send to ${where}. Score them first: docket traces score`;
  return `${what} sent to ${where}${known > 0 ? `; ${counted(known, 'trace')} sent before (--again resends them)` : ''}.`;
}

function filterOf({ since, until, agent, limit }: SendOptions): TraceFilter {
  return {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(agent === undefined ? {} : { agent }),
    ...(limit === undefined ? {} : { limit }),
  };
}
