import { z } from 'zod';
import { type Detector, type Draw, matchesOf } from './detector.ts';

const fourth = /(?<![\p{L}\p{N}.-])(?:\d{1,3}\.){3}\d{1,3}(?![\p{L}\p{N}]|\.\d|-\d)/gu;
const sixth = /(?<![\p{L}\p{N}:.])(?:[0-9a-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{1,4})?(?![\p{L}\p{N}:])/giu;
/** A version may look like an address. */
const version = /(?:version|release|build|firmware|driver|v|v\.)[ \t:="]{0,3}$/i;
const [v4, v6] = [z.ipv4(), z.ipv6()];
/** Every machine's own. */
const own = /^(?:127\.|0\.0\.0\.0$|::1?$)/;

/** Addresses of the internet, also of private networks; the machine's own and versions of four figures are none. */
export const ipAddress: Detector = {
  kind: 'ip',
  fieldName: /^(?:.*_)?(?:ip|ip_?v[46]|ip_address|ip_addr)$/,
  // Reserved for future use, and for discarding: no machine has one.
  invent: (value, draw) =>
    v4.safeParse(value).success
      ? `240.${draw.byte()}.${draw.byte()}.${draw.byte()}`
      : v6.safeParse(value).success
        ? `100::${inventedGroups(draw)}`
        : undefined,
  isInvented: (value) => value.startsWith('240.') || value.startsWith('100::'),
  find: (text) =>
    [
      ...matchesOf(text, fourth).filter(({ start, end }) => v4.safeParse(text.slice(start, end)).success),
      ...matchesOf(text, sixth).filter(({ start, end }) => v6.safeParse(text.slice(start, end)).success),
    ].filter(({ start, end }) => !own.test(text.slice(start, end)) && !version.test(text.slice(Math.max(0, start - 12), start))),
};

function inventedGroups(draw: Draw): string {
  return [1, 2, 3].map(() => (4096 + draw.byte() * 16).toString(16)).join(':');
}
