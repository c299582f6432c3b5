import { z } from 'zod';

/**
 * Every kind of notice, the most important first: reports list them in this order. `changes-the-verdict`: it changes what the verdict means,
 * so it stands before the evidence; `for-readers`: it is for those who read on.
 */
export const noticeKinds = {
  'label-changed': 'changes-the-verdict',
  'decision-changed': 'changes-the-verdict',
  dispute: 'changes-the-verdict',
  'input-refused': 'changes-the-verdict',
  relations: 'changes-the-verdict',
  tombstone: 'changes-the-verdict',
  waiver: 'changes-the-verdict',
  'scorer-changed': 'changes-the-verdict',
  'other-baseline': 'changes-the-verdict',
  'runner-changed': 'changes-the-verdict',
  'earlier-edition': 'changes-the-verdict',
  quarantine: 'changes-the-verdict',
  'unsigned-trials': 'changes-the-verdict',
  'weak-suite': 'changes-the-verdict',
  'no-model-call': 'changes-the-verdict',
  'tried-again': 'changes-the-verdict',
  'not-run': 'changes-the-verdict',
  endpoint: 'changes-the-verdict',
  'answered-by': 'changes-the-verdict',
  'advisory-judge': 'for-readers',
  'few-baseline-runs': 'for-readers',
  bound: 'for-readers',
} as const satisfies Readonly<Record<string, 'changes-the-verdict' | 'for-readers'>>;

export type NoticeKind = keyof typeof noticeKinds;
const kinds = Object.keys(noticeKinds) as [NoticeKind, ...NoticeKind[]];

/** Something a reader must know besides the verdict. Its kind, with blanks for dashes, is its heading. */
export const noticeSchema = z.object({ kind: z.enum(kinds), message: z.string(), caseId: z.string().optional() });
export type Notice = z.infer<typeof noticeSchema>;

/** The most important kinds first, those of one kind in the order in which they came. */
export function rankedNotices(notices: readonly Notice[]): Notice[] {
  return notices.toSorted((one, other) => kinds.indexOf(one.kind) - kinds.indexOf(other.kind));
}
