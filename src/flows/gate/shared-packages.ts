import { basename, join } from 'node:path';
import type { Verdict } from '../../contracts/verdict.ts';
import { listed } from '../../text/figures.ts';
import { textOf } from './changed-files.ts';
import type { GateContext } from './gate-context.ts';
import { installScripts } from './manifest.ts';
import { noPass } from './no-pass.ts';

/** What changes the files of an installed package and leaves its version as it is. */
const altering = /(?:^|\/)(?:patches\/[^/]+|\.pnpmfile\.c?js)$/;
/** Most files that a sentence names. */
const named = 3;

/**
 * Main is run with what is installed here, as long as the lockfiles agree. Where the change alters that beside its version, main's runs are of the change as well:
 * then only runs that are stored say what main does.
 * @param mainTop top folder of main's checkout
 */
export function underAlteredPackages(
  verdict: Verdict,
  { changed: { top, paths }, baseline, main }: Pick<GateContext, 'changed' | 'baseline' | 'main'>,
  mainTop: string,
): Verdict {
  if (baseline.version.fingerprint === main.identity.fingerprint) return verdict;
  const scripts = (folder: string, path: string) => JSON.stringify(installScripts(textOf(join(folder, path))));
  const altered = paths.filter(
    (path) => altering.test(path) || (basename(path) === 'package.json' && scripts(top, path) !== scripts(mainTop, path)),
  );
  if (altered.length === 0) return verdict;
  const reason = `This change may alter installed packages without changing their version (${listed(altered.slice(0, named))}), and main was run with what is installed here, so nothing shows that the two differ. With stored runs of main that would be no matter: accept a baseline there (docket baseline accept), and run the gate again.`;
  return noPass(verdict, { cause: 'shared-packages', reason });
}
