import type { Case } from '../contracts/case.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { MonotoneDirection } from '../contracts/redaction.ts';

/** A case with its input as the agent takes it. */
export interface AuditedCase {
  readonly case: Case;
  readonly input: JsonObject;
}

/** What labels are held against. */
export interface AuditRules {
  readonly policy?: (input: JsonObject) => JsonObject;
  /** The policy's arithmetic in words. */
  readonly explain?: (input: JsonObject) => string;
  /** The field whose `true` is an approval. */
  readonly approvalField?: string;
  readonly monotone?: Readonly<Record<string, MonotoneDirection>>;
  /** True when a decision is what the case's label asks for, tolerances included. */
  readonly meetsLabel: (audited: AuditedCase, decision: JsonObject) => boolean;
}
