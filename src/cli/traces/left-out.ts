import { DocketError } from '../../contracts/docket-error.ts';
import { counted } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { TraceFilter, TraceStore } from '../../traces/store/trace-store.ts';

/** Most agents that are named. */
const mostNamed = 5;

/** Traces of a window that a command did not look at, because they are another agent's or nobody's. */
export interface LeftOut {
  readonly traces: number;
  /** All traces of the window, with those. */
  readonly of: number;
  readonly ofAgents: readonly { readonly agent: string | null; readonly traces: number }[];
}

/**
 * Counts them.
 * @param asked true when a person named the agent
 * @throws {DocketError} when there are traces, and none of the agent that a person named
 */
export async function leftOut(store: TraceStore, { agent, ...window }: TraceFilter, asked: boolean): Promise<LeftOut> {
  const all = await store.agents(window);
  const of = all.reduce((sum, { traces }) => sum + traces, 0);
  if (agent === undefined) return { traces: 0, of, ofAgents: [] };
  const ofAgents = all.filter((each) => each.agent !== agent);
  if (asked && ofAgents.length > 0 && ofAgents.length === all.length)
    throw new DocketError(
      `No trace is from the agent "${plainLine(agent)}". There are traces of ${named(ofAgents)}. --all-agents takes them all.`,
    );
  return { traces: ofAgents.reduce((sum, { traces }) => sum + traces, 0), of, ofAgents };
}

/** `15 of 51 traces were left out: …`; nothing when all were looked at. */
export function leftOutLines({ traces, of, ofAgents }: LeftOut, agent: string | undefined): string[] {
  if (traces === 0) return [];
  const none = traces === of && agent !== undefined ? `No trace is from the agent "${plainLine(agent)}". ` : '';
  const which = `${traces} of ${counted(of, 'trace')} ${traces === 1 ? 'was' : 'were'} left out`;
  return [`${none}${which}: ${named(ofAgents)}. --all-agents takes them, --agent <name> one agent's.`];
}

function named(ofAgents: LeftOut['ofAgents']): string {
  const words = ofAgents.map(({ agent, traces }) => `${agent === null ? 'no agent name' : `"${plainLine(agent)}"`} (${traces})`);
  return words.length <= mostNamed
    ? words.join(', ')
    : `${words.slice(0, mostNamed).join(', ')} and ${words.length - mostNamed} more agents`;
}
