import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { createTool } from '@mastra/core/tools';
import { Observability } from '@mastra/observability';
import { OtelExporter } from '@mastra/otel-exporter';
import { z } from 'zod';
import { calcDti, instructions, question, scripted } from './scripted-model.mjs';

// The underwriter in Mastra, with its own telemetry; its model follows a script.
const calc_dti = createTool({
  id: 'calc_dti',
  description: 'Calculate debt-to-income ratio including the proposed loan.',
  inputSchema: z.object({ annual_income: z.number(), total_debt: z.number() }),
  execute: async (input) => calcDti(input.context ?? input),
});
const underwriter = new Agent({ id: 'underwriter', name: 'underwriter', instructions, model: scripted, tools: { calc_dti } });
const endpoint = `${process.env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`;
const exporter = new OtelExporter({ provider: { custom: { endpoint, protocol: 'http/protobuf' } } });
const mastra = new Mastra({
  agents: { underwriter },
  logger: false,
  observability: new Observability({ configs: { otel: { serviceName: 'loans', exporters: [exporter] } } }),
});
const { text } = await mastra.getAgent('underwriter').generate(question);
await mastra.shutdown();
console.log(text);
