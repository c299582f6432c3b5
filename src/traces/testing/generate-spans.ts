/** One trace of an agent as OTLP JSON: an agent's span, two model calls and two tool calls. Same number, same trace. */
export function otlpTrace(number: number, spans = 5): object {
  const traceId = (number + 1).toString(16).padStart(32, '0');
  const start = 1_760_000_000_000_000_000n + BigInt(number) * 1_000_000_000n;
  const idOf = (index: number) => (number * 1000 + index + 1).toString(16).padStart(16, '0');
  return {
    resourceSpans: [
      {
        resource: { attributes: [text('service.name', 'loans'), text('telemetry.sdk.name', 'opentelemetry')] },
        scopeSpans: [
          {
            scope: { name: 'pydantic-ai', version: '1.0' },
            spans: Array.from({ length: spans }, (_, index) => ({
              traceId,
              spanId: idOf(index),
              ...(index === 0 ? {} : { parentSpanId: idOf(0) }),
              ...spanKind(number, index),
              startTimeUnixNano: String(start + BigInt(index) * 1_000_000n),
              endTimeUnixNano: String(start + BigInt(index + 1) * 2_000_000n),
              status: {},
            })),
          },
        ],
      },
    ],
  };
}

function text(key: string, value: string): object {
  return { key, value: { stringValue: value } };
}

function integer(key: string, value: number): object {
  return { key, value: { intValue: String(value) } };
}

function spanKind(number: number, index: number): object {
  const decision = JSON.stringify({ decision: number % 3 === 0 ? 'APPROVED' : 'DENIED', max_loan: number * 100 });
  const question = `Please decide on the application of customer ${number}: income ${40_000 + number}, credit score ${500 + (number % 350)}.`;
  const messages = JSON.stringify([
    { role: 'user', parts: [{ type: 'text', content: question }] },
    { role: 'assistant', parts: [{ type: 'tool_call', id: `call-${number}`, name: 'calc_dti', arguments: { income: 40_000 + number } }] },
  ]);
  if (index === 0) {
    return {
      name: 'invoke_agent underwriter',
      attributes: [
        text('gen_ai.operation.name', 'invoke_agent'),
        text('gen_ai.agent.name', 'underwriter'),
        text('pydantic_ai.all_messages', messages),
        text('final_result', decision),
      ],
    };
  }
  if (index % 2 === 1) {
    return {
      name: 'chat claude-sonnet-4-6',
      attributes: [
        text('gen_ai.operation.name', 'chat'),
        text('gen_ai.request.model', 'claude-sonnet-4-6'),
        integer('gen_ai.usage.input_tokens', 900 + index),
        integer('gen_ai.usage.output_tokens', 80),
        text('gen_ai.input.messages', messages),
      ],
    };
  }
  return {
    name: 'execute_tool calc_dti',
    attributes: [
      text('gen_ai.operation.name', 'execute_tool'),
      text('gen_ai.tool.name', 'calc_dti'),
      text('gen_ai.tool.call.id', `call-${number}`),
      text('gen_ai.tool.call.arguments', JSON.stringify({ income: 40_000 + number, debt: number })),
      text('gen_ai.tool.call.result', JSON.stringify({ dti: number / 100 })),
    ],
  };
}
