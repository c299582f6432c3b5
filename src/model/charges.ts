import { z } from 'zod';
import { isAsked } from '../contracts/answered-by.ts';
import { tellsTokens, untoldTokens } from '../contracts/charged.ts';
import type { Charge, PriceTerms, Usage } from '../contracts/transcript.ts';
import type { ModelAnswer } from './model.ts';
import { usageOf } from './usage.ts';

/** As in the schema of answers: far more than any call can have. */
const tokensSchema = z.number().nonnegative().max(1e9).nullish();

const cacheSchema = z.object({
  cache_creation_input_tokens: tokensSchema,
  cache_creation: z.object({ ephemeral_1h_input_tokens: tokensSchema, ephemeral_5m_input_tokens: tokensSchema }).nullish(),
});
type CacheCounts = z.infer<typeof cacheSchema>;

/** What an answer says of one of the models that worked on it; Anthropic tells it of beta requests. */
const partSchema = cacheSchema.extend({
  type: z.string(),
  model: z.string().nullish(),
  input_tokens: tokensSchema,
  output_tokens: tokensSchema,
  cache_read_input_tokens: tokensSchema,
});
type AnswerPart = z.infer<typeof partSchema>;

/** What the Messages API says of an answer's price beside its tokens. */
const billedSchema = cacheSchema.extend({
  service_tier: z.string().nullish(),
  inference_geo: z.string().nullish(),
  speed: z.string().nullish(),
  server_tool_use: z.object({ web_search_requests: tokensSchema }).nullish(),
  fallback_credit: z.object({}).nullish(),
  iterations: z.array(partSchema).nullish(),
});
type Billed = z.infer<typeof billedSchema>;

/** Parts that are charged beside what an answer's own tokens say. */
const addedParts: ReadonlySet<string> = new Set(['compaction', 'advisor_message']);

/** What of an answer decides its price. */
export type BilledAnswer = Pick<ModelAnswer, 'model' | 'usage'> & { readonly content?: ModelAnswer['content'] };

/**
 * What is charged for an answer; undefined where that is its tokens at the plain price of the model that answered.
 * @param asked the id that was asked for
 */
export function chargesOf(answer: BilledAnswer, asked = answer.model): [Charge, ...Charge[]] | undefined {
  const model = soldAs(asked, answer.model);
  const usage = usageOf(answer);
  const parsed = billedSchema.safeParse(answer.usage);
  if (!parsed.success) return [{ model, usage, unknown: 'what the server says of its price cannot be read' }];
  const billed = parsed.data;
  const parts = billed.iterations ?? [];
  const shared = sharedTerms(billed);
  const terms = {
    ...shared,
    ...searches(billed),
    ...cacheTerms(billed, usage),
    ...whoAnswered(billed, answer.model),
    ...codeRuns(answer.content),
  };
  const untold = (Object.keys(terms).length > 0 || model !== answer.model) && !tellsTokens(usage) ? { unknown: untoldTokens } : {};
  const added = parts
    .filter(({ type }) => addedParts.has(type))
    .map((part): Charge => {
      const own = usageOfPart(part);
      return { ...shared, model: part.model ? soldAs(asked, part.model) : model, usage: own, ...cacheTerms(part, own) };
    });
  return added.length === 0 && Object.keys(terms).length === 0 && model === answer.model
    ? undefined
    : [{ model, usage, ...terms, ...untold }, ...added];
}

/** By which id an answer is charged: that of a cloud or a gateway says who is paid, where many of them answer by the model's bare name. */
function soldAs(asked: string, answered: string): string {
  const isBare = (id: string) => !/[./:@]/.test(id);
  return isBare(answered) && !isBare(asked) && isAsked(asked, answered) ? asked : answered;
}

/** Terms that hold for all that worked on an answer. */
function sharedTerms({ service_tier: tier, inference_geo: region, speed }: Billed): PriceTerms {
  const unknown =
    (tier && !['standard', 'batch'].includes(tier) && `it was answered in the service tier ${word(tier)}`) ||
    (speed && speed !== 'standard' && `it was answered at the speed ${word(speed)}`) ||
    (region && !['global', 'not_available', 'us'].includes(region) && `it was answered in the region ${word(region)}`);
  return {
    ...(tier === 'batch' ? { batch: true } : {}),
    ...(region === 'us' ? { onlyUs: true } : {}),
    ...(unknown ? { unknown } : {}),
  };
}

function searches({ server_tool_use: tools }: Billed): PriceTerms {
  const webSearches = tools?.web_search_requests ?? 0;
  return webSearches > 0 ? { webSearches } : {};
}

/** Code that the provider ran is charged by the hour of its container, which no answer tells. */
function codeRuns(content: ModelAnswer['content'] = []): PriceTerms {
  const ran = content.some((block) => block.type === 'server_tool_use' && block.name.endsWith('code_execution'));
  return ran ? { unknown: 'the provider ran code for it, which it charges by the hour' } : {};
}

/** How long the written tokens are kept: five minutes, where nobody says so. */
function cacheTerms({ cache_creation: written }: CacheCounts, { cacheWriteTokens }: Usage): PriceTerms {
  const hour = written?.ephemeral_1h_input_tokens ?? 0;
  const told = hour + (written?.ephemeral_5m_input_tokens ?? 0);
  if (told > 0 && told !== cacheWriteTokens) return { unknown: 'its tokens of the prompt cache do not add up' };
  return hour > 0 ? { cacheWriteHourTokens: hour } : {};
}

/**
 * Where a model declined and another one answered, it stands nowhere in the answer what the first is charged, and at which price the second
 * one read the prompt.
 */
function whoAnswered({ iterations, fallback_credit: credit }: Billed, answered: string): PriceTerms {
  const messages = (iterations ?? []).filter(({ type }) => !addedParts.has(type));
  const strange = messages.find(({ type }) => type !== 'message' && type !== 'fallback_message');
  if (strange) return { unknown: `it has tokens of the kind ${word(strange.type)}` };
  const declined = messages.find(({ model }) => model && model !== answered);
  if (declined) return { unknown: `${word(declined.model ?? '')} declined and ${word(answered)} answered` };
  return credit ? { unknown: 'a part of it was credited' } : {};
}

function usageOfPart(part: AnswerPart): Usage {
  return {
    inputTokens: part.input_tokens ?? 0,
    outputTokens: part.output_tokens ?? 0,
    cacheWriteTokens: part.cache_creation_input_tokens ?? 0,
    cacheReadTokens: part.cache_read_input_tokens ?? 0,
  };
}

/** A server's word, as far as it is one. */
function word(text: string): string {
  return /^[\w.:/@-]{1,80}$/.test(text) ? text : 'that is none';
}
