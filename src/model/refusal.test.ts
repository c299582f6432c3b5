import { expect, it } from 'vitest';
import { pageRefusal, refusalOf } from './refusal.ts';
import type { RefusedRequest } from './refusal-cause.ts';

const request: RefusedRequest = {
  model: 'claude-haiku-4-5',
  maxTokens: 64_000,
  tools: ['calc_dti', 'credit_risk'],
  endpoint: 'https://gateway.example/anthropic',
};

/** What servers say, in their words as they are in bug reports, with the status they say it with. */
it.each<[string, number, string, string, RegExp]>([
  [
    'no credit',
    400,
    'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing',
    'spend-limit',
    /no credit left/,
  ],
  ['no credit, of a gateway', 402, 'Insufficient credits. Add more using https://gateway.example/credits', 'spend-limit', /no credit left/],
  ['no balance, of another vendor', 402, 'Insufficient Balance', 'spend-limit', /no credit left/],
  [
    'a usage limit',
    400,
    'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.',
    'spend-limit',
    /limit of the provider's account is reached until 2026-12-01 00:00 UTC\. Raise it/,
  ],
  [
    "a workspace's limit",
    400,
    'You have reached your specified workspace API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.',
    'spend-limit',
    /until 2026-12-01/,
  ],
  ['a budget of a gateway', 400, 'Budget has been exceeded! Current cost: 30.1, Max budget: 30.0', 'spend-limit', /spend limit/],
  ['a monthly budget', 400, 'You have exceeded your monthly budget', 'spend-limit', /usage or spend limit/],
  ['a usage cap', 429, "This request would exceed your account's usage cap.", 'spend-limit', /usage or spend limit/],
  ['a credit limit', 400, 'Credit limit reached for this organization', 'spend-limit', /no credit left/],
  ['a trial that ended', 403, 'Your free trial has ended. Please upgrade', 'spend-limit', /no credit left/],
  ['a card', 402, 'Your card was declined', 'spend-limit', /no payment that works/],
  ["a cloud's billing", 403, 'This API method requires billing to be enabled. BILLING_DISABLED', 'spend-limit', /no payment that works/],
  ['a payment instrument', 403, 'Model access is denied due to INVALID_PAYMENT_INSTRUMENT', 'spend-limit', /no payment that works/],
  ['a plan', 400, 'Your plan does not include API access', 'authentication', /plan or subscription/],
  ['a subscription', 403, 'Your subscription has expired', 'authentication', /plan or subscription/],
  ["a day's allowance", 429, 'Too many tokens per day, please wait before trying again.', 'rate-limit', /again tomorrow/],
  ["a day's requests", 429, 'Rate limit exceeded: free-models-per-day', 'rate-limit', /again tomorrow/],
  [
    'an interface that is off',
    403,
    'Vertex AI API has not been used in project 1 before or it is disabled',
    'authentication',
    /not switched on/,
  ],
  ['a form', 404, 'Model use case details have not been submitted for this account.', 'authentication', /Fill in its form/],
  ['moderation', 403, 'Your input was flagged by moderation', 'request', /takes offence/],
  ["a gateway's own key", 500, 'litellm.AuthenticationError: AnthropicException - invalid x-api-key', 'authentication', /behind it/],
  [
    "a gateway's word for a model",
    500,
    'litellm.NotFoundError: AnthropicException - {"type":"error","error":{"type":"not_found_error","message":"model: x"}}',
    'request',
    /does not know the model/,
  ],
  [
    'a rate limit with a refusal’s status',
    400,
    "This would exceed your organization's rate limit of 30,000 tokens",
    'rate-limit',
    /rate limit/,
  ],
  ['a model of its own region', 400, 'The model is not servable in region us-central1.', 'request', /does not know the model/],
  ['a model at its end', 404, 'This model version has reached the end of its life.', 'request', /does not know the model/],
  ['a model that is not allowed', 403, 'Model not allowed in this workspace.', 'request', /does not know the model/],
  ['a tool of the provider that is off', 400, 'Web search is not enabled for this organization.', 'request', /its tool web search/],
  [
    'a tool of an unknown type',
    400,
    "tools.1: Input tag 'web_search_20990101' found using 'type' does not match any of the expected tags",
    'request',
    /"credit_risk" .* does not know the type web_search_20990101/,
  ],
  ['too few tokens', 400, 'max_tokens: Input should be greater than or equal to 1', 'request', /too little/],
  ['too many tokens of a cloud', 400, 'The maximum tokens you requested (64000) exceeds the model limit (4096)', 'request', /at most 4096/],
  ['an empty prompt', 400, 'system: text content blocks must be non-empty', 'request', /prompt of the version is empty/],
  ['a file that cannot be loaded', 400, 'Unable to download the file. Please verify the URL', 'request', /by its address/],
  ['the first message', 400, 'messages.0.content: Input should be a valid list', 'request', /that the agent begins with/],
  ['a quota', 429, 'You exceeded your current quota, please check your plan and billing details.', 'spend-limit', /spend limit/],
  ['credit of a gateway, in another language', 403, '用户额度不足, 剩余额度: ＄0.00', 'spend-limit', /no credit left/],
  ['usage that has to be allowed', 429, 'Extra usage is required for long context requests.', 'spend-limit', /allow extra usage/],
  [
    "a cloud's quota",
    429,
    'Quota exceeded for aiplatform.googleapis.com/requests with base model: x. Please submit a quota increase request.',
    'rate-limit',
    /ask the cloud for a larger one/,
  ],
  ['a rate limit under another status', 400, 'Too many tokens, please wait before trying again.', 'rate-limit', /rate limit is reached/],
  ['an archived workspace', 403, 'This workspace has been archived.', 'authentication', /has disabled/],
  [
    'a key for one program',
    403,
    'This credential is only authorized for use with Claude Code and cannot be used for other API requests.',
    'authentication',
    /is for Claude Code alone/,
  ],
  ['a token that ran out', 403, 'The security token included in the request is expired', 'authentication', /has expired/],
  [
    'a missing header',
    400,
    'Either x-portkey-config or x-portkey-provider header is required',
    'authentication',
    /the header x-portkey-config\. Give it/,
  ],
  ['a model that a gateway does not have', 400, 'The requested model is not supported.', 'request', /does not know the model/],
  ['a missing subscription', 401, 'Access denied due to missing subscription key.', 'authentication', /ANTHROPIC_CUSTOM_HEADERS/],
  ["a cloud's gateway without this address", 403, 'Missing Authentication Token', 'authentication', /no such address/],
  ["a company's policy", 403, 'Blocked by DLP policy', 'authentication', /Ask who runs it/],
  ['terms to complete', 400, 'Your organization must complete the usage policy attestation.', 'authentication', /new terms/],
  ['a model that nobody serves', 503, 'No available channel for model x under group default', 'request', /nobody who serves the model/],
  [
    "a cloud's model that is not enabled",
    400,
    'Project `1` is not allowed to use Publisher Model `x`',
    'request',
    /this key may not use it/,
  ],
  [
    'a flag that is missing',
    400,
    '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
    'request',
    /started with --enable-auto-tool-choice and --tool-call-parser/,
  ],
  ['a flag that is missing, as a failure', 500, 'tools param requires --jinja flag', 'request', /started with --jinja\. Start/],
  ['a model without tools', 400, 'registry.example/gemma:2b does not support tools', 'request', /takes no tools here/],
  ['too little memory', 500, 'model requires more system memory (5.3 GiB) than is available (4.7 GiB)', 'server', /too little memory/],
  [
    "a refusal as a gateway's failure",
    500,
    'BadRequestError: {"type":"invalid_request_error","message":"prompt is too long: 215000 tokens > 200000 maximum"}',
    'request',
    /too long .*215000 tokens/,
  ],
  ['a disabled organization', 400, 'This organization has been disabled.', 'authentication', /has disabled/],
  ['a balance of nothing', 400, 'Your prepaid balance is exhausted. Purchase more credits to continue.', 'spend-limit', /no credit left/],
  ['credit that has run out', 400, 'Your trial credits have expired.', 'spend-limit', /no credit left/],
  ["a key's own limit, of a gateway", 403, 'Key limit exceeded (total limit).', 'spend-limit', /spend limit/],
  ['an account on hold', 403, 'Your account is on hold. Please contact support.', 'authentication', /has disabled/],
  ['an organization without access', 403, 'Your organization does not have access to Claude.', 'authentication', /has no access/],
  [
    'a country, in other words',
    403,
    'Access is not allowed from unsupported countries, regions, or territories.',
    'authentication',
    /country/,
  ],
  ['a location', 400, 'User location is not supported for the API use.', 'authentication', /country or network/],
  ['an address', 403, "Your IP address is not allowed by this organization's IP allowlist.", 'authentication', /IP allowlist/],
  ['a network, without a reason', 403, 'Request not allowed', 'authentication', /this network or country/],
  ['new terms', 400, 'You must accept the updated Consumer Terms in the Console.', 'authentication', /new terms/],
  [
    'a key for other models',
    401,
    "key not allowed to access model. This key can only access models=['a']",
    'request',
    /may not use the model/,
  ],
  [
    'a model of a cloud',
    404,
    'Could not resolve the foundation model from the provided model identifier.',
    'request',
    /does not know the model/,
  ],
  ['a deployment', 404, '{"code":"DeploymentNotFound"}', 'request', /does not know the model/],
  [
    'too many tokens, of another vendor',
    400,
    'The input token count (300000) exceeds the maximum number of tokens allowed.',
    'request',
    /too long/,
  ],
  [
    'a schema, by the type',
    400,
    "tools.1.custom: For 'string' type, property 'maxLength' is not supported",
    'request',
    /"credit_risk": maxLength/,
  ],
  ['a beta of a cloud', 400, 'invalid beta flag', 'request', /anthropic-beta.*ANTHROPIC_CUSTOM_HEADERS/],
  ['a beta that is not there yet', 403, 'The long context beta is not yet available for this subscription.', 'request', /anthropic-beta/],
  ['a thinking block', 400, 'messages.1.content.0: Invalid `signature` in `thinking` block', 'request', /message 1 .*thinking/],
  ['an image', 400, 'messages.0.content.0.image.source.base64: image exceeds 5 MB maximum', 'request', /image or a document/],
  ['a document', 400, 'A maximum of 100 PDF pages may be provided.', 'request', /image or a document/],
  ['http instead of https', 400, 'The plain HTTP request was sent to HTTPS port', 'request', /takes https only/],
  ['a country', 403, 'unsupported_country_region_territory', 'authentication', /country/],
  ['a token where a key is wanted', 401, 'OAuth authentication is currently not supported.', 'authentication', /ANTHROPIC_API_KEY instead/],
  [
    'no effort',
    400,
    'This model does not support the effort parameter.',
    'request',
    /claude-haiku-4-5 does not take an effort.*effort: null/,
  ],
  [
    'a content filter of a cloud',
    400,
    'The response was filtered due to the prompt triggering content management policy.',
    'response',
    /content filter/,
  ],
  [
    'no effort, in words that nobody knows',
    400,
    'This deployment has reasoning depth ("effort") switched off',
    'request',
    /names "effort".*effort: null/,
  ],
  ['no strict tools', 400, 'tools.0.custom.strict: Extra inputs are not permitted', 'request', /names "strict"/],
  [
    'a spend cap that says when it ends',
    400,
    'Your workspace has hit its monthly spend cap. Access resumes on 2026-12-01.',
    'spend-limit',
    /reached until 2026-12-01\./,
  ],
  ['no effort, by shape', 400, 'output_config.effort: Extra inputs are not permitted', 'request', /effort: null/],
  [
    'an effort it has not',
    400,
    "This model does not support effort level 'xhigh'. Supported levels: high, low, max, medium.",
    'request',
    /does not take the effort "xhigh"; it takes low, medium, high, max\./,
  ],
  ['no structured output', 400, "'claude-3-haiku-20240307' does not support output format.", 'request', /decideBy: 'tool'/],
  ['no structured output, by shape', 400, 'output_config: Extra inputs are not permitted', 'request', /decideBy: 'tool'.*effort: null/],
  ['no structured output, of a gateway', 400, 'output_config.format is not supported by this provider', 'request', /decideBy: 'tool'/],
  [
    'too long answers',
    400,
    'max_tokens: 64000 > 32000, which is the maximum allowed number of output tokens for claude-x',
    'request',
    /settings\.maxTokens of 64000 .*, 32000 tokens\. Set it to at most 32000/,
  ],
  ['too long answers, in a cloud', 400, 'The maximum tokens you requested exceeds the model limit of 4096.', 'request', /at most 4096/],
  [
    'too long answers, elsewhere',
    400,
    'max_tokens is too large: 64000. This model supports at most 16384 completion tokens',
    'request',
    /at most 16384/,
  ],
  [
    'a long prompt',
    400,
    'prompt is too long: 215000 tokens > 200000 maximum',
    'request',
    /too long for claude-haiku-4-5: 215000 tokens, and it takes 200000/,
  ],
  ['a long prompt, in a cloud', 400, 'Input is too long for requested model.', 'request', /too long/],
  [
    'a long prompt, of llama.cpp',
    400,
    'the request exceeds the available context size (4096 tokens), try increasing it',
    'request',
    /too long/,
  ],
  [
    'both together too long',
    400,
    'input length and `max_tokens` exceed context limit: 199655 + 21333 > 200000, decrease input length or `max_tokens` and try again',
    'request',
    /199655 tokens and settings\.maxTokens of 21333 .* 200000/,
  ],
  [
    'a keyword in the decision',
    400,
    "output_config.format.schema: For 'number' type, properties maximum, minimum are not supported",
    'request',
    /schema of the decision \(decision\.json\).*: minimum, maximum\. Run npx docket doctor/,
  ],
  [
    'an open object in a tool',
    400,
    "tools.1.custom: For 'object' type, 'additionalProperties' must be explicitly set to false",
    'request',
    /schema of the tool "credit_risk": additionalProperties/,
  ],
  [
    'no schema at all',
    400,
    'tools.0.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12',
    'request',
    /schema of the tool "calc_dti"/,
  ],
  [
    'optional fields',
    400,
    'Schemas contains too many optional parameters (87), which would make grammar compilation inefficient. (limit: 24).',
    'request',
    /too many optional fields, 87: the API takes 24/,
  ],
  ['strict tools', 400, 'Too many strict tools (25). The maximum number of strict tools supported is 20.', 'request', /20 strict/],
  [
    'a large grammar',
    400,
    'The compiled grammar is too large, which would cause performance issues. Simplify your tool schemas or reduce the number of strict tools.',
    'request',
    /too large for the API/,
  ],
  [
    'a name of a tool',
    400,
    "tools.1.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'",
    'request',
    /name of the tool "credit_risk"/,
  ],
  ['a forced tool', 400, 'tool_choice: Forced tool use is not supported by this model.', 'request', /cannot be made to use a tool/],
  [
    'an unknown model',
    404,
    'model: claude-haiku-4-5',
    'request',
    /at https:\/\/gateway\.example\/anthropic does not know the model "claude-haiku-4-5"/,
  ],
  ['an unknown model, of a gateway', 400, 'Invalid model name passed in model=x. Call `/v1/models`', 'request', /does not know the model/],
  ['an unknown model, of a cloud', 400, 'The provided model identifier is invalid.', 'request', /does not know the model/],
  [
    'a model without access',
    403,
    "You don't have access to the model with the specified model ID.",
    'request',
    /does not know the model .* may not use it/,
  ],
  ['a filtered answer', 400, 'Output blocked by content filtering policy', 'response', /content filter/],
  ['thinking', 400, 'adaptive thinking is not supported on this model', 'request', /names "thinking"/],
  ['a message', 400, 'messages.3.content.0: something that nobody knows yet', 'request', /refuses message 3/],
])('%s is told with what to do about it', (_name, status, text, kind, says) => {
  const wrapped = JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message: text }, request_id: 'req_1' });
  for (const came of [text, `${status} ${text}`, `${status} ${wrapped}`]) {
    const refusal = refusalOf(status, came, request);
    expect(refusal?.kind).toBe(kind);
    expect(refusal?.says).toMatch(says);
  }
});

it('makes no cause of what says none, and of a passing limit no spend limit', () => {
  expect(refusalOf(400, 'Bad Request', request)).toBeUndefined();
  expect(refusalOf(500, 'model: it broke, and the prompt is too long', request)).toBeUndefined();
  const passing = 'This request would exceed the rate limit for your organization of 30,000 input tokens per minute. Contact sales';
  expect(refusalOf(429, passing, request)).toBeUndefined();
  expect(refusalOf(413, 'The batch has too many requests', request)).toBeUndefined();
});

it('repeats nothing of a text that may hold anything, and reads any text quickly', () => {
  const secret = 'sk-ant-secret-0123456789';
  expect(refusalOf(400, `prompt is too long: ${secret} \u001b[31m`, request)?.says).not.toContain(secret);
  for (const part of ['model ', 'effort not ', 'tools[', 'properties a, ', 'reached your a ', '"']) {
    expect(refusalOf(400, part.repeat(1_000_000), request)?.says.length ?? 0).toBeLessThan(400);
  }
});

it.each([
  ['400 The plain HTTP request was sent to HTTPS port', /takes https only/],
  ['400 Request Header Or Cookie Too Large', /headers are larger/],
  ['400 No required SSL certificate was sent', /wants a certificate/],
])('reads the page of a server that has read no request: %s', (title, says) => {
  expect(pageRefusal(`<html><head><title>${title}</title></head></html>`, request)).toMatch(says);
});

it('takes nothing over from any other page', () => {
  expect(pageRefusal('<html><title>Sign in and accept the terms</title></html>', request)).toBeUndefined();
});
