import { text, value } from './attribute-values.ts';
import type { Dialect, SpanReading } from './dialect.ts';

/**
 * Mirascope: calls of models by the GenAI conventions, and functions that are traced (`@ops.trace`) with arguments and result. The outermost function is the
 * run; whether one inside it is a tool is nowhere said. See https://mirascope.com/docs/ops/tracing.
 */
export const mirascopeDialect: Dialect = {
  source: 'mirascope',
  speaks: ({ attributes }) => Object.hasOwn(attributes, 'mirascope.type'),
  read({ attributes, parentSpanId }): SpanReading {
    const input = value(attributes, 'mirascope.trace.arg_values');
    if (parentSpanId !== null || text(attributes, 'mirascope.type') !== 'trace') return { kind: 'other', input };
    return {
      kind: 'agent',
      agent: text(attributes, 'mirascope.fn.qualname'),
      input,
      inputIsGuess: true,
      messages: [],
      firstNewMessage: 0,
      decision: value(attributes, 'mirascope.trace.output'),
      versionFingerprint: null,
      usage: null,
    };
  },
  agentName: ({ attributes, parentSpanId }) => (parentSpanId === null ? text(attributes, 'mirascope.fn.qualname') : null),
};
