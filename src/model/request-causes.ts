import { type Cause, takesHttps } from './refusal-cause.ts';

/** Told of one request: what of it a server or model does not take. */
export const requestCauses: readonly Cause[] = [
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
    when: /max_tokens:? `?(\d{1,9})`? ?> ?`?(\d{1,9})|max_tokens is too large: (\d{1,9}).{0,80}?at most (\d{1,9})|maximum tokens you requested (?:\(\d{1,9}\) )?exceeds the model limit (?:of )?\(?(\d{1,9})|max_(?:completion_)?tokens.{0,80}(?:too (?:large|high|big)|at most|less than or equal to|exceeds?)/is,
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
    when: /max_tokens:? (?:must|should|Input should) be (?:greater|at least|a positive)/i,
    says: (_match, { maxTokens }) => `settings.maxTokens of ${maxTokens} is too little for one answer. Raise it in the version`,
  },
  {
    when: /\btools[.[](\d{1,4})\]?(?:: Input tag '?(\w{1,60})|[.:]\w*_\d{8}\b)|\b(web[ _]?(?:search|fetch)|code[ _]?execution|computer[ _]use|tool[ _]search|mcp(?:[ _]servers?)?)\b.{0,60}(?:not (?:yet )?(?:enabled|available|supported|allowed)|disabled|unsupported|must be enabled)/i,
    says: ([, index, tag, named], { tools, model }) =>
      `The server does not run ${named ? `its tool ${named.toLowerCase()}` : toolAt(tools, index)} for ${model} and this key${tag ? `: it does not know the type ${tag}` : ''}. Have it enabled at the provider, correct the tool's JSON, or leave the tool out`,
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
    says: (_match, request) => takesHttps(request),
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
    when: /\brate[ _-]?limit (?:is |was |has been )?(?:of \d|reached|exceeded|hit)|(?:exceed(?:ed|s)?|over|reached|hit) (?:your|the|its) (?:[\w'-]+ ){0,3}rate[ _-]?limit/i,
    kind: 'rate-limit',
    retryable: true,
    says: () => 'The rate limit is reached',
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
    when: /\bmodel(?: identifier| id| name)?:? ?['"`]?[\w./:@-]{0,120}['"`]?,? (?:was |is |has been |could )?(?:not (?:be )?found|not (?:an? )?(?:valid|known|available|supported)|(?:does not|doesn't) exist|invalid|unknown|retired|no longer|deprecated and)|(?:invalid|unknown|unsupported|retired|no such|not a valid) model|(?:not_found_error|NotFoundError).{0,200}\bmodel\b|end[- ]of[- ](?:its[- ])?life|not servable|restricted to (?:the )?models?\b|\bmodel not allowed|on-demand throughput|no endpoints found|resolve the foundation model|DeploymentNotFound|LLM provider not provided|(?:no|have) access to (?:the |this )?model|not allowed to use (?:the )?(?:publisher )?model|^(?:\d{3} )?(?:.{0,120}"message":")?model: /i,
    says: (_match, { model, endpoint }) =>
      `The model server at ${endpoint} does not know the model "${model}", or this key may not use it. Check the model id and ANTHROPIC_BASE_URL`,
  },
  {
    when: /\bsystem\b.{0,40}(?:must be non-empty|must contain non-whitespace|at least 1 char)/i,
    says: () => 'The prompt of the version is empty, and the API wants one. Write it',
  },
  {
    when: /(?:unable to|failed to|could not|cannot|error while) (?:download|fetch|retrieve|access|load)(?:ing)? (?:the |an? )?(?:\w+ )?(?:image|file|document|pdf|url|content)\b/i,
    says: () => 'The API could not load a file that the case names by its address. Check the address, or give the file itself',
  },
  {
    when: /\bmessages[.[]0\b/,
    says: () =>
      'The model server does not take the message that the agent begins with. See what the case and the user message of the version give; run again with ANTHROPIC_LOG=debug to see what the server said',
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
