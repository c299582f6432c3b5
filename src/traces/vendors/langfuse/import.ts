import { DocketError } from '../../../contracts/docket-error.ts';
import type { Importer, PageRequest, SpanPage } from '../../importers/importer.ts';
import { isTooDeep, objectOf } from '../../importers/json-text.ts';
import { listIn, parseAnswer, parseExport, readRecords } from '../../importers/read-records.ts';
import { isoDate } from '../../importers/unix-nano.ts';
import { readObservation } from './observation.ts';
import { withTrace } from './trace.ts';

/** Attributes that hold what is worth reading and are longer than the 200 characters the API gives unless it is asked by name. */
const wholeAttributes = [
  'gen_ai.input.messages',
  'gen_ai.output.messages',
  'gen_ai.system_instructions',
  'gen_ai.tool.definitions',
  'gen_ai.tool.call.arguments',
  'gen_ai.tool.call.result',
  'pydantic_ai.all_messages',
  'all_messages_events',
  'final_result',
  'tool_arguments',
  'tool_response',
  'events',
  'metadata',
  'model_request_parameters',
  'logfire.json_schema',
  'docket.input',
  'docket.decision',
  'input.value',
  'output.value',
  'traceloop.entity.input',
  'traceloop.entity.output',
  'llm.prompts',
  'ai.prompt',
  'ai.prompt.messages',
  'ai.response.text',
  'ai.response.object',
  'ai.response.toolCalls',
  'ai.toolCall.args',
  'ai.toolCall.result',
  'gcp.vertex.agent.llm_request',
  'gcp.vertex.agent.llm_response',
  'gcp.vertex.agent.tool_call_args',
  'gcp.vertex.agent.tool_response',
];

/**
 * Langfuse's observations: GET /api/public/v2/observations, newest first, paged by a cursor; and files exported from its pages
 * (https://langfuse.com/docs/api-and-data-platform/features/observations-api).
 */
export const langfuseImporter: Importer = {
  pageSize: 500,
  target(settings) {
    const secret = settings.key('Langfuse', 'LANGFUSE_SECRET_KEY');
    const pair = Buffer.from(`${settings.key('Langfuse', 'LANGFUSE_PUBLIC_KEY')}:${secret}`).toString('base64');
    return {
      baseUrl: settings.baseUrl('https://cloud.langfuse.com', 'LANGFUSE_BASE_URL', 'LANGFUSE_HOST'),
      headers: { authorization: `Basic ${pair}`, accept: 'application/json' },
      secrets: [secret, pair],
    };
  },
  async page(client, _target, request) {
    const answer = await client.request({ method: 'GET', path: `/api/public/v2/observations?${query(request)}` });
    if (answer.kind !== 'answer') return answer;
    const parsed = parseAnswer('Langfuse', answer.text);
    const next = objectOf(objectOf(parsed)?.meta)?.cursor;
    return {
      kind: 'page',
      ...readRecords(listIn('Langfuse', parsed, 'data'), readObservation),
      ...(typeof next === 'string' && next !== '' ? { next } : {}),
    };
  },
  isExport: (text) => /^\s*\{\s*"(?:trace|observations)"\s*:/.test(text),
  readExport(text): SpanPage {
    const file = objectOf(parseExport(text));
    const observations = file?.observations;
    if (!file || !Array.isArray(observations)) {
      throw new DocketError(
        'Expected a trace exported from Langfuse: a JSON object with "trace" and "observations". For OTLP files leave --from out.',
      );
    }
    const page = readRecords(observations, readObservation);
    const trace = objectOf(file.trace);
    const lost = (reason: string): SpanPage => ({ ...page, unread: [...page.unread, { reason, record: 'trace', kept: false }] });
    if (!trace) return (file.trace ?? null) === null ? page : lost('the trace is not a JSON object');
    if (isTooDeep({ ...trace, scores: null, corrections: null })) return lost('the trace nests too deeply');
    if (page.spans.length === 0) return lost('the trace has no observation');
    return withTrace(page, trace);
  },
};

function query({ window, agent, cursor, limit }: PageRequest): URLSearchParams {
  const since = isoDate(window.since);
  const until = isoDate(window.until);
  return new URLSearchParams({
    fields: 'core,basic,io,metadata,model,usage',
    expandMetadata: wholeAttributes.map((name) => `attributes.${name}`).join(','),
    limit: String(limit),
    ...(cursor === undefined ? {} : { cursor }),
    // A filter takes the place of all other conditions, so the window has to stand in it.
    ...(agent === undefined ? { fromStartTime: since, toStartTime: until } : { filter: JSON.stringify(filterOf(agent, since, until)) }),
  });
}

function filterOf(agent: string, since: string, until: string): object[] {
  return [
    { type: 'string', column: 'traceName', operator: '=', value: agent },
    { type: 'datetime', column: 'startTime', operator: '>=', value: since },
    { type: 'datetime', column: 'startTime', operator: '<', value: until },
  ];
}
