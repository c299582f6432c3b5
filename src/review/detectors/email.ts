import { type Detector, matchesOf } from './detector.ts';

const address =
  /(?:[\p{L}\p{N}._%+'-]{1,64}|"[^"\n]{1,64}")@(?:[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}|\[[0-9A-Fa-f:.]{3,45}\])/gu;
/** As people write them for people only: `jane [at] example [dot] com`. */
const spelled =
  /[\p{L}\p{N}._%+'-]{1,64} ?[[({] ?at ?[\])}] ?[\p{L}\p{N}-]{1,63}(?: ?(?:\.|[[({] ?dot ?[\])}]) ?[\p{L}\p{N}-]{1,63}){1,8}/giu;

const spelledAt = /[[({] ?at ?[\])}]/i;

/** Where invented addresses are; there is no domain that ends like this. */
const inventedDomain = 'redacted.invalid';
const invented = new RegExp(`^email-[a-p]{10}@${inventedDomain.replace('.', String.raw`\.`)}$`);

/** E-mail addresses, also internationalised ones. */
export const email: Detector = {
  kind: 'email',
  fieldName: /^(?:.*_)?e_?mail(?:_address)?$/,
  invent: (_, { letters }) => `email-${letters}@${inventedDomain}`,
  isInvented: (value) => invented.test(value),
  // Most texts hold neither sign, and to look for these two alone is far cheaper.
  find: (text) => [...(text.includes('@') ? matchesOf(text, address) : []), ...(spelledAt.test(text) ? matchesOf(text, spelled) : [])],
};
