import type { JsonValue } from '../../contracts/json.ts';
import type { RawSpan, TraceMessage, TraceSource } from '../../contracts/trace.ts';
import type { Usage } from '../../contracts/transcript.ts';

/** What a dialect reads from a span of one kind. What the span does not say is null or empty, and the next dialect may know it. */
export type SpanReading =
  | {
      readonly kind: 'agent';
      readonly agent: string | null;
      /** The structured input. */
      readonly input: JsonValue | null;
      /** True when `input` is only a guess that a person should check. */
      readonly inputIsGuess: boolean;
      /** The whole conversation, as the run saw it at its end. */
      readonly messages: readonly TraceMessage[];
      /** Where in `messages` this run begins; what stands before is an earlier conversation. */
      readonly firstNewMessage: number;
      readonly decision: JsonValue | null;
      readonly versionFingerprint: string | null;
      readonly usage: Usage | null;
    }
  | {
      readonly kind: 'model-call';
      readonly model: string | null;
      readonly stopReason: string | null;
      readonly usage: Usage | null;
      readonly input: readonly TraceMessage[];
      readonly output: readonly TraceMessage[];
    }
  | {
      readonly kind: 'tool-call';
      readonly tool: string | null;
      readonly callId: string | null;
      readonly input: JsonValue;
      readonly result: JsonValue;
    }
  /** Understood to be none of these: a step around them. It may hold the input that the agent's own span does not. */
  | { readonly kind: 'other'; readonly input: JsonValue | null };

/** One way to write an agent's work into spans. */
export interface Dialect {
  /** What a trace in this dialect is called when nobody knows better where it came from. */
  readonly source: TraceSource;
  /** True when the span is written in it; must be cheap, every saved span is asked. */
  speaks(span: RawSpan): boolean;
  /** Reads a span that is written in it. Never throws, whatever the attributes hold. */
  read(span: RawSpan): SpanReading;
  /** The agent's name, where this dialect has it elsewhere than in the usual attributes; as cheap as `speaks`. */
  agentName?(span: RawSpan): string | null;
}
