import type { RawSpan } from '../../contracts/trace.ts';

/** A log record that belongs to a span: an event of it that was sent by itself. */
export interface RawLog {
  readonly traceId: string;
  readonly spanId: string;
  readonly event: RawSpan['events'][number];
}

/** Marks an event that came as a log record, so that it stays when its span comes a second time. */
export const fromLog = 'docket.log_record';

/** Attributes that hold messages by themselves. */
const messageNames = ['gen_ai.input.messages', 'gen_ai.output.messages', 'gen_ai.system_instructions'];

/**
 * True for a record of what a model was asked or answered, or of what somebody said of it: events of the GenAI conventions, and
 * `{input: {messages}, output: {messages}}` as AgentCore writes them. Programs send everything else that they log to the same place.
 */
export function saysMessages({ name, attributes }: RawLog['event']): boolean {
  if (name.startsWith('gen_ai.') || messageNames.some((each) => Object.hasOwn(attributes, each))) return true;
  return ['input', 'output'].some((side) => {
    const held = Object.hasOwn(attributes, side) ? attributes[side] : null;
    return typeof held === 'object' && held !== null && !Array.isArray(held) && Array.isArray(held.messages);
  });
}

/**
 * What a record says, as an event of its span: the members of its body beside its attributes.
 * @param name of the event; where it has none, that stands in an attribute or nowhere
 */
export function logEvent(
  name: string,
  timeUnixNano: bigint | null,
  body: RawSpan['attributes'][string],
  attributes: RawSpan['attributes'],
): RawLog['event'] {
  const said = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : body === null ? {} : { body };
  const named = name === '' ? attributes['event.name'] : name;
  return { name: typeof named === 'string' ? named : 'log', timeUnixNano, attributes: { ...said, ...attributes, [fromLog]: true } };
}
