import { type Detector, matchesOf } from './detector.ts';

const address = /[\p{L}\p{N}._%+'-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu;

/** E-mail addresses, also internationalised ones. */
export const email: Detector = { kind: 'email', find: (text) => matchesOf(text, address) };
