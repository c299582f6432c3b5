import { OpenTelemetry } from '@ai-sdk/otel';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { generateText, isStepCount, registerTelemetry, tool } from 'ai';
import { z } from 'zod';
import { calcDti, instructions, question, scripted } from './scripted-model.mjs';

// The underwriter on the AI SDK, with its own telemetry; its model follows a script.
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(new OTLPTraceExporter())] });
provider.register();
registerTelemetry(new OpenTelemetry());
const { text } = await generateText({
  model: scripted,
  instructions,
  prompt: question,
  tools: {
    calc_dti: tool({
      description: 'Calculate debt-to-income ratio including the proposed loan.',
      inputSchema: z.object({ annual_income: z.number(), total_debt: z.number() }),
      execute: async (input) => calcDti(input),
    }),
  },
  stopWhen: isStepCount(5),
  telemetry: { functionId: 'underwriter' },
});
await provider.shutdown();
console.log(text);
