/** Names may come from whoever sent the trace. */
const longestName = 200;

/** Kinds of personal and secret values by the name of the field that holds them, in small letters with `_` between words. */
const kinds: readonly (readonly [kind: string, name: RegExp])[] = [
  ['ssn', /^(?:.*_)?(?:ssn|social_security)(?:_number|_no)?$/],
  ['phone', /^(?:.*_)?(?:phone|telephone|tel|mobile|cell|cellphone|fax)(?:_number|_no)?$/],
  ['email', /^(?:.*_)?e_?mail(?:_address)?$/],
  ['iban', /^(?:.*_)?(?:iban|account_number|account_no)$/],
  ['card', /^(?:.*_)?card_(?:number|no)$/],
  ['secret', /^(?:.*_)?(?:password|passwd|pwd|passphrase|secret|token|api_?key|access_key|private_key|pin|cvv|cvc)$/],
  [
    'person',
    /^(?:(?:first|middle|last|full|given|family|maiden|applicant|customer|client|borrower|guarantor|contact|holder|user)_?)*name$/,
  ],
  ['person', /^(?:surname|forename|.*name_(?:first|middle|last|given|family))$/],
];

/**
 * What a field holds by its name alone, for example `phone` for `homePhone`; undefined when the name announces nothing.
 * @param path names from the outermost field to this one, with dots between them
 */
export function announcedKind(path: string): string | undefined {
  const words = path
    .slice(-longestName)
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_')
    .replace(/[\s-]+/g, '_')
    .toLowerCase()
    .split('.');
  const names = [words.at(-1) ?? '', words.slice(-2).join('_')];
  return kinds.find(([, pattern]) => names.some((name) => pattern.test(name)))?.[0];
}
