/** What a verdict may be called, with the exit codes that go with it. */
const words = ['pass', 'waived', 'regressed', 'inconclusive', 'incomplete', 'not-evaluated', 'needs-approval', 'error'];

/**
 * What the action needs of a verdict.json; undefined when there is none or it cannot be read.
 * @param {string | undefined} text
 * @returns {{ readonly verdict: string, readonly exitCode: number, readonly reason: string, readonly accused: string | undefined, readonly newCasesFail: boolean,
 *   readonly proposal: Proposal | undefined,
 *   readonly cases: readonly { readonly id: string, readonly change: string, readonly baseline: Counts, readonly candidate: Counts }[] } | undefined}
 * @typedef {{ readonly passes: number, readonly runs: number }} Counts
 * @typedef {{ readonly rules: string, readonly setting: string, readonly approvedBy: readonly { readonly name: string, readonly by: string, readonly pullRequest?: number, readonly commit?: string }[], readonly next: readonly string[] }} Proposal
 */
export function readVerdict(text) {
  if (text === undefined) return undefined;
  try {
    const { kind, verdict, exitCode, reason, accusation, failingNewCases, cases, proposal } = JSON.parse(text);
    if (kind !== 'verdict' || !words.includes(verdict) || !Number.isInteger(exitCode)) return undefined;
    return {
      verdict,
      exitCode,
      reason: String(reason),
      accused: accusation?.caseId,
      newCasesFail: Array.isArray(failingNewCases),
      proposal: readProposal(proposal),
      cases: Array.isArray(cases) ? cases.filter(isCase) : [],
    };
  } catch {
    return undefined;
  }
}

/**
 * @param {any} proposal
 * @returns {Proposal | undefined}
 */
function readProposal(proposal) {
  if (typeof proposal?.rules !== 'string' || !Array.isArray(proposal.approvedBy)) return undefined;
  return {
    rules: proposal.rules,
    setting: String(proposal.setting),
    approvedBy: proposal.approvedBy.filter((each) => typeof each?.name === 'string'),
    next: Array.isArray(proposal.next) ? proposal.next.map(String) : [],
  };
}

/** @param {unknown} each */
function isCase(each) {
  return typeof each?.id === 'string' && isCounts(each.baseline) && isCounts(each.candidate);
}

/** @param {unknown} counts */
function isCounts(counts) {
  return Number.isInteger(counts?.passes) && Number.isInteger(counts?.runs);
}
