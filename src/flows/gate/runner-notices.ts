import { fileURLToPath } from 'node:url';
import { installedAt } from '../../agent/closure/installed-package.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { Notice } from '../../contracts/notice.ts';
import type { GateContext } from './gate-context.ts';

/**
 * What a reader must know where the modules of Docket that run a trial differ: new runs of main are made by this checkout's too.
 * @throws {DocketError} in Docket's own repository when main has no stored runs either: both sides would be run by what is on trial
 */
export function runnerNotices({ main, candidate, baseline, config }: GateContext): Notice[] {
  if (main.parts.runner === candidate.parts.runner) return [];
  const { docket } = config.agent;
  const ownRepository = docket !== undefined && installedAt(fileURLToPath(docket)) === undefined;
  if (ownRepository && baseline.version.fingerprint !== main.identity.fingerprint) {
    throw new DocketError(
      'The modules of Docket that run a trial changed, and main\'s baseline was accepted for another version than main has now, so the changed ones would run both sides. On main, run "docket baseline accept" and commit the file first.',
    );
  }
  return [
    {
      kind: 'runner-changed',
      message:
        "The modules of Docket that run a trial changed. Main's stored runs were made with main's; this checkout's made every run of this verdict, on both sides.",
    },
  ];
}
