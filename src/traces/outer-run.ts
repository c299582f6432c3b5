import { complete } from './dialects/dialects.ts';
import { type AgentReading, type ModelReading, nearestAround, type ReadSpan } from './read-span.ts';

/** The run that a trace is read as: the outermost one. */
export interface OuterRun {
  readonly agent: AgentReading | undefined;
  /** Calls that this run made itself; all of them where it made none. */
  readonly calls: readonly ModelReading[];
  /** Steps around the run, the outermost first. */
  readonly around: readonly ReadSpan[];
  /** Names of runs that stand beside it. */
  readonly others: readonly string[];
}

/**
 * Finds the outermost run. Spans are in the order of their start, parents first, so the first agent is the outermost; one that says nothing of
 * itself and holds a single other one is only the frame around it.
 */
export function outerRun(read: readonly ReadSpan[]): OuterRun {
  const nearestAgent = nearestAround(read, 'agent');
  const callPlaces = [...read.keys()].filter((place) => read[place]?.reading?.kind === 'model-call');
  const callsAt = (places: readonly number[]) => places.map((place) => read[place]?.reading as ModelReading);
  const first = read.findIndex(({ reading }) => reading?.kind === 'agent');
  if (first === -1) {
    const around = placesAround(read, callPlaces[0] ?? -1).flatMap((place) => read[place] ?? []);
    return { agent: undefined, calls: callsAt(callPlaces), around, others: [] };
  }
  const within = Map.groupBy(
    [...read.keys()].filter((each) => read[each]?.reading?.kind === 'agent'),
    (each) => nearestAgent[each],
  );
  const asking = new Set(callPlaces.map((each) => nearestAgent[each]));
  let place = first;
  let agent = read[first]?.reading as AgentReading;
  for (;;) {
    const [inner, other] = within.get(place) ?? [];
    if (inner === undefined || other !== undefined || asking.has(place) || !isFrame(agent)) break;
    agent = complete(agent, read[inner]?.reading as AgentReading);
    place = inner;
  }
  const own = callPlaces.filter((each) => nearestAgent[each] === place);
  const after = read.slice(first + 1);
  const outside = after.findIndex(({ depth }) => depth <= (read[first]?.depth ?? 0));
  const others = (outside === -1 ? [] : after.slice(outside)).flatMap(({ raw, reading }) =>
    reading?.kind === 'agent' ? [reading.agent ?? raw.name] : [],
  );
  const around = placesAround(read, first).flatMap((each) => read[each] ?? []);
  return { agent, calls: callsAt(own.length > 0 ? own : callPlaces), around, others };
}

function isFrame({ input, messages, decision }: AgentReading): boolean {
  return input === null && decision === null && messages.length === 0;
}

/** The spans around one, the outermost first. */
function placesAround(read: readonly ReadSpan[], place: number): number[] {
  const around: number[] = [];
  let depth = read[place]?.depth ?? 0;
  for (let each = place - 1; each >= 0 && depth > 0; each -= 1) {
    const found = read[each]?.depth ?? 0;
    if (found >= depth) continue;
    around.unshift(each);
    depth = found;
  }
  return around;
}
