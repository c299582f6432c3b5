import type { Cause } from './refusal-cause.ts';

/** Told with whatever status: what a person has to pay or to be given. */
export const accountCauses: readonly Cause[] = [
  {
    when: /credit balance|insufficient[ _-]?(?:credits?|funds|balance)|(?:out of|no|not enough|requires? more) (?:remaining )?credits|\bbalance (?:is |has been )?(?:exhausted|insufficient|depleted|empty|negative|used up|too low)|\bcredits? (?:(?:have|has|are|is) )?(?:been )?(?:expired|exhausted|depleted|used up)|(?:purchase|buy) (?:more |additional )?credits|credit limit (?:was |is |has been )?(?:reached|exceeded)|(?:free )?trial (?:has |is |was )?(?:ended|expired|over)|insufficient_user_quota|额度不足|余额不足/i,
    kind: 'spend-limit',
    says: () => "The provider's account has no credit left. Add credit, then run the same command again",
  },
  {
    when: /\bcard (?:was |has been |is )?(?:declined|expired)|invalid_payment|valid payment (?:instrument|method)|payment (?:method )?(?:is |was )?(?:required|declined|failed)|billing_disabled|(?:enable|requires) billing|billing (?:to be|is not|not|is) (?:enabled|active|disabled|set up)/i,
    kind: 'spend-limit',
    says: () =>
      "The provider's account has no payment that works. Set one up at the provider, or for the cloud's project, then run the same command again",
  },
  {
    when: /(?:your|this|the) (?:\w+ )?(?:plan|subscription|tier) (?:does not|doesn't) (?:include|have|cover|allow)|not (?:available|included|allowed) (?:under|in|on|with|for) (?:your|this) (?:\w+ )?(?:plan|subscription|tier)|subscription (?:has |is |was )?(?:expired|ended|cancell?ed|inactive)/i,
    kind: 'authentication',
    says: () => "The account's plan or subscription does not include this, or has ended. See what it includes, or use another key",
  },
  {
    when: /(?:tokens?|requests?|free-models)[ -]per[ -]day|\bper[ -]day (?:limit|quota)|\bdaily (?:\w+ ){0,2}(?:limit|quota|cap)|\b(?:TPD|RPD)\b/i,
    kind: 'rate-limit',
    says: () => "The day's allowance of the account is used up. Run the same command again tomorrow, or ask the provider for more",
  },
  {
    when: /api subscription limit exceeded|(?:reached|exceed(?:ed|s)?|over|hit) (?:your|the|its|this) (?:[\w'-]+ ){0,4}(?:(?:usage|spend|spending|budget|cost) (?:limit|cap|quota)|budget\b)|budget has been exceeded|budget_exceeded|exceeded_?budget|spend(?:ing)?[_ ](?:limit|cap)|insufficient_quota|check your plan and billing|\bkey limit exceeded \((?:total|monthly|weekly|daily)/i,
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
    when: /has not been used in project \S{1,80} before|SERVICE_DISABLED/i,
    kind: 'authentication',
    says: (_match, { endpoint }) =>
      `The cloud's interface behind ${endpoint} is not switched on for its project. Enable it there, then run the same command again`,
  },
  {
    when: /use case (?:details )?(?:have|has) not been submitted|fill out the .{0,40}use case/i,
    kind: 'authentication',
    says: (_match, { model }) =>
      `The cloud wants to know first what ${model} is used for. Fill in its form there, then run the same command again`,
  },
  {
    when: /(?:input|prompt|request|content|message) (?:was |has been |is )?(?:flagged|moderated)|flagged_input|\bmoderation\b.{0,60}(?:block|flag|refus|reject|fail)/i,
    kind: 'request',
    says: () =>
      "The provider's or the gateway's moderation takes offence at what is sent, and no model was asked. See what the case and the prompt say, or use another provider",
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

function limitEnd(text: string): string {
  const [, date, time] =
    /(?:regain access|resets?|resumes?|renews?|until|available again) (?:on |at )?(\d{4}-\d\d-\d\d)(?:(?: at |T| )(\d\d:\d\d))?/i.exec(
      text,
    ) ?? [];
  return date ? ` until ${date}${time ? ` ${time} UTC` : ''}` : '';
}
