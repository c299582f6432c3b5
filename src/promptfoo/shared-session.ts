import { DocketError } from '../contracts/docket-error.ts';
import { type LoadedCase, loadCases } from '../flows/cases/load-cases.ts';
import { openSession, type Session } from '../flows/session.ts';
import { ownEnvironment, withoutFilesOf } from '../model/own-environment.ts';
import { ScoredRows } from './scored-rows.ts';

/** The session and the cases that provider, assertions and hooks of one promptfoo process share. */
export interface SharedSession {
  readonly session: Session;
  readonly cases: ReadonlyMap<string, LoadedCase>;
  readonly scoredRows: ScoredRows;
}

let shared: Promise<SharedSession> | undefined;
let newest: Session | undefined;

/** Closes the shared session at the end of a run; a run after it opens its own. */
export async function closeSharedSession(): Promise<void> {
  const closing = shared;
  shared = undefined;
  await (await closing)?.session.close();
}

/**
 * Opens the session of the project around the working folder, once a process: promptfoo loads each of our files by itself,
 * and all of them must see the same store and the same model.
 * @throws {DocketError} as `openSession` and `loadCases`
 */
export function sharedSession(): Promise<SharedSession> {
  shared ??= open();
  return shared;
}

async function open(): Promise<SharedSession> {
  const session = await openSession({
    ownEnvironment: withoutFilesOf(process.cwd(), ownEnvironment(process.env)),
    warn: (message) => process.stderr.write(`${message}\n`),
  });
  // An interrupted run is not closed otherwise.
  if (!newest) process.once('exit', () => void newest?.close());
  newest = session;
  const loaded = loadCases(session.config.cases, session.agent);
  const cases = new Map(loaded.map((each) => [each.case.id, each]));
  return { session, cases, scoredRows: new ScoredRows(session, cases) };
}

/**
 * The case that a row's `caseId` variable names.
 * @throws {DocketError} when it names none
 */
export function caseNamed(cases: SharedSession['cases'], caseId: unknown): LoadedCase {
  const found = typeof caseId === 'string' ? cases.get(caseId) : undefined;
  if (found) return found;
  throw new DocketError(
    `The variable caseId is ${JSON.stringify(caseId) ?? 'missing'}; expected the id of a case. Use tests: file://…/promptfoo/tests.ts.`,
  );
}
