import { z } from 'zod';

/** Who may approve changed rules: another person than wrote them, or in a team of one a maintainer. */
export const approvalSettings = ['another', 'maintainer'] as const;
export type ApprovalSetting = (typeof approvalSettings)[number];

const commitSchema = z.string().regex(/^[0-9a-f]{40,64}$/, 'a commit');
export const rulesHashSchema = z.string().regex(/^[0-9a-f]{64}$/, 'a hash of rules, 64 hexadecimal digits');
const loginSchema = z.string().min(1).max(100);

/** What is known of the reviews of a pull request: who may approve and did, and why the others do not count. */
const pullRequestSchema = z.object({
  number: z.int().positive(),
  /** Approvals by people who may give one, each at the commit that was reviewed. */
  approvals: z.array(z.object({ login: loginSchema, commit: commitSchema })),
  /** Maintainers who confirmed a hash of rules. */
  confirmations: z.array(z.object({ login: loginSchema, rules: rulesHashSchema })),
  notCounted: z.array(z.string()),
});

/** What was read from the place where a change is reviewed, by a process that runs nothing of the change. */
export const reviewsSchema = z.object({
  schemaVersion: z.literal(1),
  pullRequests: z.array(pullRequestSchema),
  /** Why nothing could be read, as a sentence. */
  fault: z.string().min(1).optional(),
});
export type Reviews = z.infer<typeof reviewsSchema>;

/** Somebody whose approval counts. `self`: a maintainer's of what may be their own; `command`: named on the command line. */
export const approverSchema = z.object({
  name: loginSchema,
  by: z.enum(['review', 'self', 'command']),
  pullRequest: z.int().positive().optional(),
  commit: commitSchema.optional(),
});
export type Approver = z.infer<typeof approverSchema>;

/** Rules that a pull request proposes, and whether anybody stands up for them. */
export const proposalSchema = z.object({
  /** Hash of everything in the proposal that weighs; an approval holds as long as it is the same. */
  rules: rulesHashSchema,
  setting: z.enum(approvalSettings),
  /** What main's rules say, and what the proposed ones do, as sentences. */
  byMain: z.string().min(1),
  byProposal: z.string().min(1),
  /** Empty while nobody did. */
  approvedBy: z.array(approverSchema),
  /** Why an approval does not count, a sentence each. */
  notCounted: z.array(z.string()),
  /** What to do, one of which is enough; empty when it is approved. */
  next: z.array(z.string().min(1)),
});
export type Proposal = z.infer<typeof proposalSchema>;
