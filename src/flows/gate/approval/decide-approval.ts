import type { ApprovalSetting, Approver, Reviews } from '../../../contracts/approval.ts';
import { counted } from '../../../text/figures.ts';
import { tryGit } from '../../git.ts';
import type { NamedApproval } from '../gate-request.ts';
import { type RulesAtCommit, type RulesQuestion, rulesAtCommit } from './rules-at-commit.ts';
import { rulesHash } from './rules-hash.ts';

/** Whether somebody stands up for what is proposed. */
export interface ApprovalDecision {
  readonly rules: string;
  readonly setting: ApprovalSetting;
  /** Empty when nobody does whose word counts. */
  readonly approvedBy: readonly Approver[];
  /** Why an approval does not count, a sentence each. */
  readonly notCounted: readonly string[];
}

export interface ApprovalQuestion extends RulesQuestion {
  readonly proposed: readonly string[];
  /** Main's. */
  readonly setting: ApprovalSetting;
  readonly reviews: Reviews | undefined;
  readonly named: NamedApproval | undefined;
}

/**
 * Looks for an approval of exactly what is proposed here. Of one pull request the rules must be as at the reviewed commit; of several that are merged
 * together each difference must be one of an approved pull request, and none of those that were approved may be missing.
 */
export async function decideApproval(question: ApprovalQuestion): Promise<ApprovalDecision> {
  const { proposed, setting, reviews, named } = question;
  const rules = rulesHash(proposed);
  const notCounted = [
    ...(reviews?.fault === undefined ? [] : [reviews.fault]),
    ...(reviews?.pullRequests ?? []).flatMap((each) => each.notCounted),
  ];
  const byCommand = named && (await byCommandLine(named, rules, question));
  if (typeof byCommand === 'string') notCounted.push(byCommand);
  if (byCommand && typeof byCommand !== 'string') return { rules, setting, approvedBy: [byCommand], notCounted };
  // What could not be read to the end may have taken an approval back.
  if (!reviews || reviews.fault !== undefined) return { rules, setting, approvedBy: [], notCounted };

  const seen = new Map<string, RulesAtCommit>();
  const approved: Approved[] = [];
  for (const { number, approvals, confirmations } of reviews.pullRequests) {
    for (const { login, rules: confirmed } of setting === 'maintainer' ? confirmations : []) {
      if (confirmed === rules) return { rules, setting, approvedBy: [{ name: login, by: 'self', pullRequest: number }], notCounted };
      notCounted.push(`${login} confirmed ${confirmed.slice(0, 12)}, and the rules are ${rules.slice(0, 12)} now.`);
    }
    for (const { login, commit } of approvals) {
      const then = seen.get(commit) ?? (await rulesAtCommit(commit, question));
      seen.set(commit, then);
      if (then.kind === 'unknown') notCounted.push(`${login}'s approval of #${number} does not count: ${then.reason}.`);
      else approved.push({ by: { name: login, by: 'review', pullRequest: number, commit }, proposed: then.proposed });
    }
  }
  const fitting = reviews.pullRequests.flatMap(({ number }) =>
    largest(
      approved.filter(({ by }) => by.pullRequest === number),
      proposed,
    ),
  );
  for (const { by } of approved.filter((each) => !fitting.includes(each)))
    notCounted.push(`${by.name} approved #${by.pullRequest} at ${by.commit?.slice(0, 12)}, where its rules were others than now.`);
  const covered = new Set(fitting.flatMap((each) => each.proposed));
  const missing = proposed.filter((difference) => !covered.has(difference)).length;
  if (missing > 0 && fitting.length > 0)
    notCounted.push(`${counted(missing, 'change')} of the rules came after the approval, or with a pull request that has none.`);
  return { rules, setting, approvedBy: missing === 0 ? fitting.map(({ by }) => by) : [], notCounted };
}

interface Approved {
  readonly by: Approver;
  readonly proposed: readonly string[];
}

/** Of one pull request's approvals those of the state that says most, as long as all of that is proposed here too. Two states are never put together. */
function largest(approved: readonly Approved[], proposed: readonly string[]): readonly Approved[] {
  const here = new Set(proposed);
  const fitting = approved.filter((each) => each.proposed.every((difference) => here.has(difference)));
  const most = Math.max(0, ...fitting.map((each) => each.proposed.length));
  const found = fitting.filter((each) => each.proposed.length === most);
  // One that changes no rule has nothing to say of rules that change.
  return most === 0 && proposed.length > 0 ? [] : found.filter((each) => each.proposed.join() === found[0]?.proposed.join());
}

/** The approver, or why it is none. */
async function byCommandLine(
  named: NamedApproval,
  rules: string,
  { candidate: { config, base }, setting }: ApprovalQuestion,
): Promise<Approver | string> {
  if (named.rules !== rules) return `${named.name} approved ${named.rules.slice(0, 12)}, and the rules are ${rules.slice(0, 12)} now.`;
  const own = await wroteIt(config.root, base.commit, named.name);
  if (own && setting === 'another')
    return `${named.name} wrote commits of this change, and rules are approved by another person (approval: 'maintainer' on main allows it in a team of one).`;
  return { name: named.name, by: own ? 'self' : 'command' };
}

async function wroteIt(root: string, base: string, name: string): Promise<boolean> {
  const log = (await tryGit(root, 'log', '--format=%an%n%ae%n%cn%n%ce%n%(trailers:key=Co-authored-by,valueonly)', `${base}..HEAD`)) ?? '';
  const configured = [await tryGit(root, 'config', 'user.name'), await tryGit(root, 'config', 'user.email')];
  const people = [...log.split('\n'), ...configured].flatMap((line = '') => [line, ...(/^(.*?)\s*<(.*)>$/.exec(line)?.slice(1) ?? [])]);
  return people.some((person) => person.trim().toLowerCase() === name.trim().toLowerCase());
}
