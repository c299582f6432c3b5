import type { InfraErrorKind } from '../contracts/trial.ts';

/** The request that was refused, as far as its refusal can be about it. Nothing of the conversation. */
export interface RefusedRequest {
  readonly model: string;
  readonly maxTokens: number;
  /** Names of the tools in the order they were sent in. */
  readonly tools: readonly string[];
  /** Origin and path of the server. */
  readonly endpoint: string;
}

/** Why a server refuses, in our words, with what to do about it. */
export interface Refusal {
  readonly kind: InfraErrorKind;
  readonly retryable: boolean;
  /** A whole sentence or more, without the full stop at its end. */
  readonly says: string;
}

/** Why a server refuses, by what it says of it. Only numbers, dates and words of a list are taken over from its text, which may hold anything. */
interface Cause {
  readonly when: RegExp;
  readonly kind?: InfraErrorKind;
  readonly retryable?: true;
  says(match: RegExpExecArray, request: RefusedRequest, text: string): string;
}

/** Told with whatever status: what a person has to pay or to be given. */
const accountCauses: readonly Cause[] = [
  {
    when: /credit balance|insufficient[ _-]?(?:credits?|funds|balance)|(?:out of|no|not enough|requires? more) (?:remaining )?credits|\bbalance (?:is |has been )?(?:exhausted|insufficient|depleted|empty|negative|used up|too low)|\bcredits? (?:(?:have|has|are|is) )?(?:been )?(?:expired|exhausted|depleted|used up)|(?:purchase|buy) (?:more |additional )?credits|insufficient_user_quota|额度不足|余额不足/i,
    kind: 'spend-limit',
    says: () => "The provider's account has no credit left. Add credit, then run the same command again",
  },
  {
    when: /(?:reached|exceeded|over|hit) (?:your|the|its|this) (?:[\w'-]+ ){0,4}(?:usage|spend|spending|budget|cost) (?:limit|cap|quota)|budget has been exceeded|budget_exceeded|exceeded_?budget|spend(?:ing)?[_ ](?:limit|cap)|insufficient_quota|check your plan and billing|\bkey limit exceeded \((?:total|monthly|weekly|daily)/i,
    kind: 'spend-limit',
    says: (_match, _request, text) =>
      `A usage or spend limit of the provider's account is reached${limitEnd(text)}. Raise it, or wait for its end, then run the same command again`,
  },
  {
    when: /(?:organization|account|workspace) (?:has been|is|was) (?:disabled|suspended|deactivated|archived|locked|blocked|banned|terminated|closed|(?:put |placed )?on hold)/i,
    kind: 'authentication',
    says: () => "The provider has disabled the account or organization that the key belongs to. Ask it why, or use another account's key",
  },
  {
    when: /unsupported[_ ]countr|(?:not (?:available|supported|allowed)|unavailable|restricted|blocked) (?:in|from) (?:your|this) (?:country|region|location|territory)|country, region, or territory not|(?:user|your) location is not supported|banned the country/i,
    kind: 'authentication',
    says: () => 'The provider does not serve the country or network that this machine calls from',
  },
  {
    // All that Anthropic says to a network or country that it does not serve.
    when: /^(?:\d{3} )?(?:.{0,120}"message":\s?")?Request not allowed\b/i,
    kind: 'authentication',
    says: () =>
      'The provider takes no calls from this network or country, or a firewall on the way takes none. Try from another network, or ask the provider',
  },
  {
    when: /\bIP (?:address )?(?:\S{1,50} )?(?:is |was )?(?:not (?:allowed|permitted|authorized|whitelisted|on)|blocked|denied)|IP allow-?list/i,
    kind: 'authentication',
    says: () =>
      "The account takes calls from listed addresses only, and this machine's is none of them. Have it added to the account's IP allowlist",
  },
  {
    when: /\b(?:accept|complete|agree to) (?:the |our |its )?(?:[\w-]+ ){0,3}(?:terms|agreement|policy|policies|attestation)\b/i,
    kind: 'authentication',
    says: () => 'The provider wants new terms accepted first. Sign in at its console and accept them, then run the same command again',
  },
  {
    when: /only authorized for use with ([A-Z][a-z]+ [A-Z][a-z]+)/,
    kind: 'authentication',
    says: ([, use]) => `The key or token is for ${use} alone. Take a key of the provider's API`,
  },
  {
    when: /(?:token|credentials?|signature|key) (?:included in the request |you provided )?(?:is|are|has|have) expired|expired ?token|token expired/i,
    kind: 'authentication',
    says: () => 'The key or token has expired, or that by which a gateway calls the provider. Get a new one',
  },
  {
    when: /\b(x-[a-z0-9-]{2,40})\b(?: or x-[a-z0-9-]{2,40})? headers? (?:is|are) (?:required|missing)|missing (?:required )?header:? ?['"`]?(x-[a-z0-9-]{2,40})/i,
    kind: 'authentication',
    says: ([, one, other]) =>
      `The gateway wants the header ${(one ?? other ?? '').toLowerCase()}. Give it as ANTHROPIC_CUSTOM_HEADERS, in the form name: value`,
  },
  {
    when: /missing subscription key/i,
    kind: 'authentication',
    says: () => 'The gateway wants a subscription key in a header of its own. Give it as ANTHROPIC_CUSTOM_HEADERS, in the form name: value',
  },
  {
    // What the API gateway of a cloud says of an address that it does not have, too.
    when: /Missing Authentication Token/i,
    kind: 'authentication',
    says: (_match, { endpoint }) =>
      `The gateway at ${endpoint} has no such address, or wants a signature that Docket does not make. Check ANTHROPIC_BASE_URL`,
  },
  {
    when: /blocked by (?!(?:the |our )?(?:content|safety))(?:[\w-]+ ){0,3}(?:polic(?:y|ies)|firewall|rules?|administrator|WAF)\b/i,
    kind: 'authentication',
    says: () => "A policy of the company's network, or of a gateway, blocks the request. Ask who runs it",
  },
  {
    when: /extra usage is required/i,
    kind: 'spend-limit',
    says: () =>
      "The account has to allow extra usage for a prompt of this length. Allow it in the provider's console, or shorten the prompt",
  },
  {
    when: /quota increase request|quota exceeded for \S{1,120} with base model/i,
    kind: 'rate-limit',
    retryable: true,
    says: (_match, { model }) =>
      `The quota of the cloud's project for ${model} is used up for now, or is 0: where this goes on, ask the cloud for a larger one`,
  },
  {
    when: /ThrottlingException|please wait before trying again/i,
    kind: 'rate-limit',
    retryable: true,
    says: () => 'The rate limit is reached',
  },
  {
    when: /no available channel for (?:this )?model/i,
    kind: 'request',
    says: (_match, { model, endpoint }) =>
      `The gateway at ${endpoint} has nobody who serves the model "${model}". Check the model id, or have it set up there`,
  },
  {
    when: /requires? (?:the )?(--[a-z][a-z-]{1,40})(?: and (--[a-z][a-z-]{1,40}))?/i,
    kind: 'request',
    says: ([, one, other], { endpoint }) =>
      `The model server at ${endpoint} takes tools only where it is started with ${one}${other ? ` and ${other}` : ''}. Start it so`,
  },
  {
    when: /requires? more (?:system )?memory|out of memory/i,
    kind: 'server',
    says: (_match, { model, endpoint }) =>
      `The machine at ${endpoint} has too little memory for ${model}. Take a smaller model, or a larger machine`,
  },
  {
    when: /not allowed to access (?:this |the )?model|(?:key|team|user|org)_model_access_denied/i,
    kind: 'request',
    says: (_match, { model, endpoint }) =>
      `The key may not use the model "${model}" at ${endpoint}. Have it allowed there, or check the model id and ANTHROPIC_BASE_URL`,
  },
  {
    when: /(?:organization|account|workspace|team) does not have access to (?:Claude|the API|this (?:API|service))/i,
    kind: 'authentication',
    says: () =>
      "The account or organization that the key belongs to has no access to the provider's API. Ask who administers it, or use another key",
  },
  {
    when: /OAuth authentication is (?:currently )?not (?:supported|allowed)|bearer (?:tokens?|authentication) (?:is|are) not (?:supported|accepted|allowed)/i,
    kind: 'authentication',
    says: () => 'The model server takes no bearer token. Use ANTHROPIC_API_KEY instead of ANTHROPIC_AUTH_TOKEN',
  },
];

const requestCauses: readonly Cause[] = [
  {
    when: /(?:does not|doesn't|not) support tools?\b|tools? (?:is|are) not supported|no endpoints found that support tool use/i,
    says: (_match, { model }) => `${model} takes no tools here. Take another model, or a server that gives it tools`,
  },
  {
    when: /does not support effort level '?"?([a-z]{1,12})\b|(?:effort)\b.{0,60}(?:Input should be|must be one of|one of) /i,
    says: ([, level], { model }, text) =>
      `${model} does not take ${level ? `the effort "${level}"` : 'this effort'}${supportedLevels(text)}. Change settings.effort of the version, or leave it out with effort: null`,
  },
  {
    when: /\beffort\b.{0,80}(?:not (?:supported|permitted|allowed|available)|unsupported|unknown|unrecognized|extra inputs)|(?:not support|unsupported|unknown|unrecognized|unexpected).{0,60}\beffort\b/is,
    says: (_match, { model }) => `${model} does not take an effort. Leave it out: settings: { effort: null } of the version`,
  },
  {
    when: /(?:not support|unsupported|unknown|unrecognized|unexpected).{0,60}(?:output[ _]format|output_config|structured[ _]outputs?|json_schema|response_format)|(?:output[ _]format|output_config|structured[ _]outputs?|json_schema|response_format)\b[\w.' ]{0,40}:? .{0,20}(?:not (?:supported|permitted|allowed|available|enabled)|unsupported|extra inputs)/is,
    says: (_match, { model }) =>
      `${model} has no structured output here, in which Docket asks for the decision. Let it decide by a tool: settings: { decideBy: 'tool' } of the version; where it does not know output_config at all, effort: null as well. Or take another model`,
  },
  {
    when: /input length and `?max_tokens`? exceed context limit: (\d{1,9}) \+ (\d{1,9}) > (\d{1,9})/i,
    says: ([, prompt, answer, limit]) =>
      `The prompt of ${prompt} tokens and settings.maxTokens of ${answer} are together more than the ${limit} tokens that the model can hold. Lower settings.maxTokens of the version, or shorten the prompt, the case or what the tools return`,
  },
  {
    when: /max_tokens:? `?(\d{1,9})`? ?> ?`?(\d{1,9})|max_tokens is too large: (\d{1,9}).{0,80}?at most (\d{1,9})|maximum tokens you requested exceeds the model limit of (\d{1,9})|max_(?:completion_)?tokens.{0,80}(?:too (?:large|high|big)|at most|less than or equal to|exceeds?)/is,
    says: (match, { model, maxTokens }) => {
      const most = match[2] ?? match[4] ?? match[5];
      return `settings.maxTokens of ${maxTokens} is more than ${model} can write in one answer${most ? `, ${most} tokens` : ''}. Set it to ${most ? `at most ${most}` : 'less'} in the version`;
    },
  },
  {
    when: /prompt is too long|(?:input|prompt|request|conversation|messages) (?:is|are) too (?:long|large)|too many (?:input|prompt|total) (?:text )?tokens|(?:context[ _](?:length|size|window)[ _]?exceeded|exceeds? (?:the )?(?:maximum |available |model'?s? )*(?:context|input|prompt)|maximum context length|exceed_context_size|token count.{0,40}exceeds|(?:token|context) limit (?:was |is |has been )?exceeded)/i,
    says: (_match, { model }, text) => {
      const [, prompt, limit] = /(\d{1,9}) tokens? > (\d{1,9})/.exec(text) ?? [];
      const figures = prompt ? `: ${prompt} tokens, and it takes ${limit}` : '';
      return `The prompt is too long for ${model}${figures}. Shorten the prompt, the case or what the tools return, or take a model that holds more`;
    },
  },
  {
    when: /too many strict tools|maximum number of strict tools/i,
    says: (_match, { tools }) =>
      `Too many tools are strict (${tools.length} tools were sent, and the API takes 20 strict ones). Leave "strict" out of some of them`,
  },
  {
    when: /too many optional parameters(?: \((\d{1,5})\))?/i,
    says: ([, count]) =>
      `The schemas of strict tools and decision have too many optional fields${count ? `, ${count}` : ''}: the API takes 24 in all. Make fields required, or leave "strict" out of some tools`,
  },
  {
    when: /too many (?:parameters with )?union|union types? \((\d{1,5})/i,
    says: () =>
      'The schemas have too many fields of several types: the API takes 16 in all. Give fields one type, or leave "strict" out of some tools',
  },
  {
    when: /grammar is too large|too complex for compilation|grammar compilation/i,
    says: () =>
      'The schemas of strict tools and decision are together too large for the API. Simplify them, or leave "strict" out of some tools',
  },
  {
    when: /tools?[.[](\d{1,4})\]?[\w.]{0,40}\.name\b|tool names? (?:must|should)|names? must be unique/i,
    says: ([, index], { tools }) =>
      `The API does not take the name of ${toolAt(tools, index)}: names have up to 64 letters, digits, "_" and "-", and each is used once. Rename the tool`,
  },
  {
    when: /tool_choice|forced tool|tool choice/i,
    says: (_match, { model }) =>
      `${model} cannot be made to use a tool. Leave decideBy out of the version's settings, or take another model`,
  },
  {
    when: /additionalProperties|JSON schema|input_schema|\bschemas?\b|propert(?:y|ies) [\w,'"` ]{1,120} (?:is|are) not supported|for '?"?\w{1,20}'?"? type,/i,
    says: (_match, { tools }, text) => {
      const rest = text.replaceAll(/output_(?:config\.)?format/g, '');
      const named = schemaKeywords.filter((keyword) => new RegExp(`\\b${keyword}\\b`).test(rest));
      const [, index] = /\btools?[.[](\d{1,4})/.exec(text) ?? [];
      const where = index === undefined ? 'the decision (decision.json), or of a strict tool' : toolAt(tools, index);
      return `The API does not take the schema of ${where}${named.length > 0 ? `: ${named.join(', ')}` : ''}. Run npx docket doctor, which names what the API refuses in a schema`;
    },
  },
  {
    when: /content management policy|blocked by (?:the |our )?(?:content|safety)[ -]?(?:filters?|system|polic)|content[ _-]filter(?:ing)?(?: policy)?/i,
    kind: 'response',
    retryable: true,
    says: () => "The provider's content filter took the answer away",
  },
  {
    when: /anthropic-(beta|version)|\b(beta)\b.{0,40}(?:\bflag|\bheader|not (?:yet )?(?:available|enabled|supported))|(?:invalid|unknown|unsupported) (beta)\b/i,
    says: ([, header, ...betas]) =>
      `The model server does not take the header anthropic-${betas.some(Boolean) ? 'beta' : header?.toLowerCase()}. Look at ANTHROPIC_CUSTOM_HEADERS, or update the gateway`,
  },
  {
    when: /plain HTTP request was sent to (?:an )?HTTPS port|HTTP request to an HTTPS server|speaking plain HTTP to an (?:SSL|TLS)/i,
    says: (_match, { endpoint }) => `The model server at ${endpoint} takes https only. Let ANTHROPIC_BASE_URL begin with https://`,
  },
  {
    when: /not an? HTTP port|trying to access (\w{1,20}) over HTTP/i,
    says: ([, name], { endpoint }) =>
      `What answers at ${endpoint} is ${name ?? 'a server of another kind'}, and no model server. Set ANTHROPIC_BASE_URL to the address of a Messages API`,
  },
  {
    when: /\bimage (?:dimensions?\b|exceeds?\b|size\b|is too)|could not process (?:the )?(?:image|pdf|document|file)|\b(?:image|document)\.source\b|\bPDF pages?\b|\bPDF (?:is|was|specified)\b/i,
    says: () =>
      'The API does not take an image or a document of the case: it is too large, has too many pages, is damaged, or of another kind than it says. Make it smaller, or save it anew',
  },
  {
    when: /\bmessages[.[](\d{1,5})\]?[\w.[\]]*:? .{0,200}(?:signature|thinking)/i,
    says: ([, index]) =>
      `The model server refuses message ${index} of the conversation, because of the thinking in it. Docket sends thinking back as it came: see whether a gateway on the way changes or drops it`,
  },
  {
    // In whatever words: nothing else of a request has these names.
    when: /\beffort\b/i,
    says: (_match, { model }) =>
      `${model} does not take the request: the server names "effort". Leave it out: settings: { effort: null } of the version`,
  },
  {
    when: /\b(output_config|output_format|json_schema|structured outputs?)\b/i,
    says: ([, parameter], { model }) =>
      `${model} does not take the request: the server names "${parameter?.toLowerCase()}". Let it decide by a tool: settings: { decideBy: 'tool' } of the version`,
  },
  {
    when: /\bstrict\b/i,
    says: (_match, { model }) => `${model} does not take the request: the server names "strict". Leave "strict" out of the tools`,
  },
  {
    when: /\b(temperature|top_p|top_k|thinking|prefill|cache_control)\b/i,
    says: ([, parameter], { model }) =>
      `${model} does not take the request: the server names "${parameter?.toLowerCase()}". Take another model or server`,
  },
  {
    when: /\bmodel(?: identifier| id| name)?:? ?['"`]?[\w./:@-]{0,120}['"`]?,? (?:was |is |has been |could )?(?:not (?:be )?found|not (?:an? )?(?:valid|known|available|supported)|(?:does not|doesn't) exist|invalid|unknown|retired|no longer|deprecated and)|(?:invalid|unknown|unsupported|retired|no such|not a valid) model|end[- ]of[- ]life|on-demand throughput|no endpoints found|resolve the foundation model|DeploymentNotFound|LLM provider not provided|(?:no|have) access to (?:the |this )?model|not allowed to use (?:the )?(?:publisher )?model|^(?:\d{3} )?(?:.{0,120}"message":")?model: /i,
    says: (_match, { model, endpoint }) =>
      `The model server at ${endpoint} does not know the model "${model}", or this key may not use it. Check the model id and ANTHROPIC_BASE_URL`,
  },
  {
    when: /\bmessages[.[](\d{1,5})/,
    says: ([, index]) =>
      `The model server refuses message ${index} of the conversation as it was sent back. Run again with ANTHROPIC_LOG=debug to see what the server said`,
  },
];

/** Words of JSON Schema that may be told, in the order of a page about them. */
const schemaKeywords = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'additionalProperties',
  'patternProperties',
  'oneOf',
  'allOf',
  'anyOf',
];

/** More of an error's text is not looked at. */
const longestText = 8192;

/**
 * Why a server refuses, where its text says so in words that are known; undefined where it does not.
 * @param text what came, of any length and kind; the patterns are linear, and look at its beginning only
 */
export function refusalOf(status: number, text: string, request: RefusedRequest): Refusal | undefined {
  const start = text.slice(0, longestText);
  // Some gateways tell the provider's refusal as a failure of their own.
  const isRequests =
    [400, 402, 403, 404, 413, 422].includes(status) ||
    (status >= 500 && /invalid_request_error|BadRequestError|ValidationException/.test(start));
  for (const { when, kind = 'request', retryable = false, says } of isRequests ? [...accountCauses, ...requestCauses] : accountCauses) {
    const match = when.exec(start);
    if (match) return { kind, retryable, says: says(match, request, start) };
  }
  return undefined;
}

/** True for a text whose words for a refusal are known. */
export function hasKnownCause(text: string): boolean {
  return [...accountCauses, ...requestCauses].some(({ when }) => when.test(text.slice(0, longestText)));
}

function limitEnd(text: string): string {
  const [, date, time] =
    /(?:regain access|resets?|resumes?|renews?|until|available again) (?:on |at )?(\d{4}-\d\d-\d\d)(?:(?: at |T| )(\d\d:\d\d))?/i.exec(
      text,
    ) ?? [];
  return date ? ` until ${date}${time ? ` ${time} UTC` : ''}` : '';
}

function supportedLevels(text: string): string {
  const named = ['low', 'medium', 'high', 'xhigh', 'max'].filter((level) =>
    new RegExp(`support(?:ed|s).{0,80}\\b${level}\\b`, 'i').test(text),
  );
  const listed = /Supported levels/i.test(text) ? named : [];
  return listed.length > 0 ? `; it takes ${listed.join(', ')}` : '';
}

function toolAt(tools: readonly string[], index: string | undefined): string {
  const name = index === undefined ? undefined : tools[Number(index)];
  return name === undefined ? 'a tool' : `the tool "${name.slice(0, 64)}"`;
}
