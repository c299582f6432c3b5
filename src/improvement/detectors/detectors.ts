import type { Detector } from '../detector.ts';
import { againstPolicy } from './against-policy.ts';
import { againstReasoning } from './against-reasoning.ts';
import { ambiguousInstruction } from './ambiguous-instruction.ts';
import { cacheMisses } from './cache-misses.ts';
import { drift } from './drift.ts';
import { failedTool } from './failed-tool.ts';
import { inventedRule } from './invented-rule.ts';
import { methodVaries } from './method-varies.ts';
import { missingField } from './missing-field.ts';
import { missingRule } from './missing-rule.ts';
import { noDecision } from './no-decision.ts';
import { outliers } from './outliers.ts';
import { ruleNotFollowed } from './rule-not-followed.ts';
import { toolAgainstPolicy } from './tool-against-policy.ts';
import { toolResultIgnored } from './tool-result-ignored.ts';
import { twoValues } from './two-values.ts';
import { unlikeDecisions } from './unlike-decisions.ts';
import { untracedNumber } from './untraced-number.ts';
import { wastedCalls } from './wasted-calls.ts';
import { wrongSource } from './wrong-source.ts';

/** Every kind of problem that is looked for, in the order in which a plan tells equals. */
export const detectors: readonly Detector[] = [
  toolAgainstPolicy,
  againstPolicy,
  againstReasoning,
  wrongSource,
  inventedRule,
  toolResultIgnored,
  failedTool,
  twoValues,
  missingField,
  noDecision,
  ruleNotFollowed,
  missingRule,
  methodVaries,
  ambiguousInstruction,
  unlikeDecisions,
  untracedNumber,
  wastedCalls,
  cacheMisses,
  outliers,
  drift,
];
