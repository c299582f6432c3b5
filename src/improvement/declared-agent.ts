import type { SourcePlace } from '../contracts/improvement-plan.ts';
import type { JsonObject } from '../contracts/json.ts';

/** A tool as the model is told of it. */
export interface DeclaredTool {
  readonly name: string;
  readonly description: string;
  /** Where its code is, and where its description. */
  readonly place?: SourcePlace;
  readonly described?: SourcePlace;
}

/** A field of the decision, as the schema has it. */
export interface DeclaredField {
  readonly name: string;
  readonly type: string;
  /** Empty where the schema describes it by no word. */
  readonly description: string;
  readonly place?: SourcePlace;
}

/** What an agent says of itself: all that detectors may hold its runs against. Nothing of it is run but the policy and its explanation. */
export interface DeclaredAgent {
  readonly name: string;
  readonly version: string;
  readonly prompt: { readonly name: string; readonly text: string; readonly place?: SourcePlace };
  readonly tools: readonly DeclaredTool[];
  readonly fields: readonly DeclaredField[];
  /** The field that says what was decided. */
  readonly approvalField: string | undefined;
  /** Wrong decisions that do harm, by what is expected and what is decided; undefined where any wrong yes does. */
  readonly isHarm: (expected: unknown, decided: unknown) => boolean;
  /** The right decision of an input, or undefined where there is no policy, or it fails. */
  readonly policy: (input: JsonObject) => JsonObject | undefined;
  readonly hasPolicy: boolean;
  /** The policy's arithmetic in words; empty where the agent explains nothing. */
  readonly explain: (input: JsonObject) => string;
  /** Line of the prompt in its source, by line of its text; undefined where the source is not known. */
  readonly promptLine?: (line: number) => SourcePlace | undefined;
}
