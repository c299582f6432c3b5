import { isDeepStrictEqual } from 'node:util';
import type { FingerprintParts } from '../../agent/fingerprint.ts';
import type { Served } from '../../contracts/served.ts';
import { clipText } from '../../text/clip-text.ts';
import { listed } from '../../text/figures.ts';
import type { PreparedVersion } from '../session.ts';

/** Most files that a sentence names. */
const mostNamed = 3;

const remedy =
  'Have each checkout start its own server ("serve" of the agent), or name where the server says its version ("versionFrom") and deploy every change under a version of its own.';

interface ComparedSides {
  readonly candidate: Pick<PreparedVersion, 'version' | 'parts'>;
  readonly main: Pick<PreparedVersion, 'version' | 'parts'>;
  readonly unlisted: { readonly paths: readonly string[] };
}

/**
 * Why nothing that servers would answer could be evidence: nobody knows which version answers, or the same one answers for main and for a candidate whose
 * code is another. Undefined where each side is known, or answers from its own checkout.
 */
export function servedFault(context: ComparedSides): string | undefined {
  const { candidate, main } = context;
  const sides = [candidate.version.served, main.version.served].filter((served) => served !== undefined);
  const unknown = sides.find(({ version }) => version === null);
  if (unknown)
    return `Nobody knows which version of the agent answers: ${shown(unknown)} ${unknown.why}. A server that still runs other code would pass. ${remedy}`;
  const [here, there] = sides;
  if (!here || !there || here.version !== there.version || !codeDiffers(context)) return undefined;
  const { paths } = context.unlisted;
  const more = paths.length > mostNamed ? ' and more' : '';
  const what = paths.length === 0 ? 'The agent changed' : `${listed(paths.slice(0, mostNamed))}${more} changed`;
  return `${what}, but ${shown(here)} answers as version "${clipText(here.version ?? '', 80)}" for the candidate and for main: it still runs main's code, or both sides are asked of one server. ${remedy} Where main's server has an address of its own, give it to main's side: DOCKET_MAIN_NAME is the variable NAME there. Files that are no part of the agent are named by "ignore" in docket.config.ts.`;
}

/** Whatever a file or the definition says otherwise than on main, but for the address alone. */
function codeDiffers({ candidate, main, unlisted }: ComparedSides): boolean {
  const code = ({ endpoint: _, ...parts }: FingerprintParts) => parts;
  return unlisted.paths.length > 0 || !isDeepStrictEqual(code(candidate.parts), code(main.parts));
}

function shown({ address }: Served): string {
  return clipText(address, 200);
}
