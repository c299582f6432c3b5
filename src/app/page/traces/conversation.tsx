import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { JsonValue } from '../../../contracts/json.ts';
import type { MessagePart, Trace, TraceMessage, TraceSpan } from '../../../contracts/trace.ts';
import { canonicalText } from '../../../reporters/page/canonical-text.ts';
import { LongText, Name } from '../../../reporters/page/foreign.tsx';
import { count } from '../../../text/figures.ts';
import { Accused } from './accused.tsx';
import { RawSpanView } from './raw-span-view.tsx';
import { spanName } from './timeline.tsx';

interface ConversationProps {
  readonly trace: Trace;
  readonly quotes: readonly string[];
  readonly selected: string | undefined;
}

/** What was said and done, in its order: the question, what the model said and called, what the tools gave. */
export function Conversation({ trace, quotes, selected }: ConversationProps) {
  const { conversation, userMessage, input } = trace;
  const asked = conversation.findLastIndex(({ role }) => role !== 'user') + 1;
  const steps = trace.spans.filter(
    ({ kind, error, spanId }) => kind === 'model-call' || kind === 'tool-call' || error !== null || spanId === selected,
  );
  return (
    <section aria-labelledby="conversation">
      <h2 id="conversation">What was said and done</h2>
      <ol class="conversation">
        {conversation.slice(0, asked).map((message, index) => (
          <li key={index} class="soft">
            <MessageView message={message} quotes={quotes} />
          </li>
        ))}
        {userMessage !== null && (
          <li>
            <b>user</b>
            <LongText text={userMessage}>{(text) => <Accused text={text} quotes={quotes} />}</LongText>
          </li>
        )}
        {userMessage === null && input !== null && (
          <li>
            <b>input</b>
            <Shown value={input} quotes={quotes} />
          </li>
        )}
        {steps.map((span) => (
          <Step key={span.spanId} traceId={trace.traceId} span={span} quotes={quotes} isSelected={span.spanId === selected} />
        ))}
      </ol>
    </section>
  );
}

function Step({
  traceId,
  span,
  quotes,
  isSelected,
}: {
  readonly traceId: string;
  readonly span: TraceSpan;
  readonly quotes: readonly string[];
  readonly isSelected: boolean;
}) {
  const place = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isSelected) place.current?.scrollIntoView({ block: 'nearest' });
  }, [isSelected]);
  return (
    <li ref={place} class={isSelected ? 'selected' : undefined}>
      <StepHead span={span} />
      {span.kind === 'model-call' &&
        span.output.map((message, index) => <MessageView key={index} message={message} quotes={quotes} isModel />)}
      {span.kind === 'tool-call' && (
        <>
          <code class="soft">
            (<Shown value={span.input} quotes={quotes} />)
          </code>
          <div class="output">
            <Shown value={span.result} quotes={quotes} />
          </div>
        </>
      )}
      {span.error !== null && (
        <p class="bad">
          ✗ <Accused text={span.error} quotes={quotes} />
        </p>
      )}
      {isSelected && <RawSpanView traceId={traceId} spanId={span.spanId} />}
    </li>
  );
}

function StepHead({ span }: { readonly span: TraceSpan }) {
  if (span.kind === 'tool-call') return <code class="tool">{<Name text={span.tool} />}</code>;
  const usage = span.kind === 'model-call' ? span.usage : null;
  const tokens = usage
    ? ` · ${count(usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens)} tokens in, ${count(usage.outputTokens)} out`
    : '';
  return (
    <span class="step-head soft">
      <b>{span.kind === 'model-call' ? 'model' : span.kind}</b> <Name text={spanName(span)} />
      {tokens}
    </span>
  );
}

function MessageView({
  message: { role, parts },
  quotes,
  isModel = false,
}: {
  readonly message: TraceMessage;
  readonly quotes: readonly string[];
  readonly isModel?: boolean;
}) {
  return (
    <>
      {!isModel && <b>{role}</b>}
      {parts.map((part, index) => (
        <PartView key={index} part={part} quotes={quotes} />
      ))}
    </>
  );
}

function PartView({ part, quotes }: { readonly part: MessagePart; readonly quotes: readonly string[] }): ComponentChildren {
  switch (part.type) {
    case 'text':
      return <LongText text={part.content}>{(text) => <Accused text={text} quotes={quotes} />}</LongText>;
    case 'reasoning':
      return (
        <div class="model-text">
          <span class="soft">thinks</span>
          <LongText text={part.content}>{(text) => <Accused text={text} quotes={quotes} />}</LongText>
        </div>
      );
    case 'tool_call':
      return (
        <div class="soft">
          calls{' '}
          <code class="tool">
            <Name text={part.name} />
          </code>
        </div>
      );
    case 'tool_call_response':
      return (
        <div class="output">
          <Shown value={part.response} quotes={quotes} />
        </div>
      );
    case 'other':
      return <Shown value={part.content} quotes={quotes} />;
  }
}

/** A value: a text as it is, anything else as JSON. */
function Shown({ value, quotes }: { readonly value: JsonValue; readonly quotes: readonly string[] }) {
  const text = typeof value === 'string' ? value : canonicalText(value);
  if (text === '{}' || text === 'null') return null;
  return <LongText text={text}>{(shown) => <Accused text={shown} quotes={quotes} />}</LongText>;
}
