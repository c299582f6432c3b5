/**
 * Holds what a verdict says of approvals against what GitHub says now. The gate was told by a file, which other programs of this job could have
 * written, and an approval may have been taken back while it judged.
 * @param {ReturnType<import('./verdict.mjs').readVerdict>} verdict
 * @param {import('./reviews.mjs').Reviews} reviews
 * @returns {string | undefined} why the approval does not hold; undefined when all of it does
 */
export function approvalFault(verdict, { pullRequests, fault }) {
  if (verdict?.exitCode !== 0) return 'The verdict is red, whoever approved the rules.';
  const { proposal } = verdict;
  if (proposal === undefined || proposal.approvedBy.length === 0) return 'The verdict names nobody who approved the rules.';
  if (fault !== undefined) return fault;
  const missing = proposal.approvedBy.find((approver) => !isKnown(approver, proposal.rules, pullRequests));
  if (missing === undefined) return undefined;
  return `The verdict says that ${missing.name} approved the rules, and GitHub does not say so (now).`;
}

function isKnown({ name, by, pullRequest, commit }, rules, pullRequests) {
  const there = pullRequests.find(({ number }) => number === pullRequest);
  if (by === 'review') return there?.approvals.some((approval) => approval.login === name && approval.commit === commit) === true;
  if (by === 'self') return there?.confirmations.some((confirmed) => confirmed.login === name && confirmed.rules === rules) === true;
  // Named on a command line, which is nobody's word on GitHub.
  return false;
}
