import type { Mutator } from '../agent/mutator.ts';
import { grownEnum } from './decision/grown-enum.ts';
import { missingField } from './decision/missing-field.ts';
import { optionalField } from './decision/optional-field.ts';
import { renamedField } from './decision/renamed-field.ts';
import { constantAnswer } from './model/constant-answer.ts';
import { dear } from './model/dear.ts';
import { lowEffort } from './model/low-effort.ts';
import { noWords } from './model/no-words.ts';
import { oneTurn } from './model/one-turn.ts';
import { opposite } from './model/opposite.ts';
import { refusal } from './model/refusal.ts';
import { rounded } from './model/rounded.ts';
import { saysNo } from './model/says-no.ts';
import { saysYes } from './model/says-yes.ts';
import { slips } from './model/slips.ts';
import { slow } from './model/slow.ts';
import { smallAnswers } from './model/small-answers.ts';
import { weakerModel } from './model/weaker-model.ts';
import { zero } from './model/zero.ts';
import { addRule } from './prompt/add-rule.ts';
import { conditionRule } from './prompt/condition-rule.ts';
import { contradictRule } from './prompt/contradict-rule.ts';
import { counterExample } from './prompt/counter-example.ts';
import { dropRule } from './prompt/drop-rule.ts';
import { reorderRules } from './prompt/reorder-rules.ts';
import { translate } from './prompt/translate.ts';
import { weakenRule } from './prompt/weaken-rule.ts';
import { distractingTool } from './tools/distracting-tool.ts';
import { empty } from './tools/empty.ts';
import { fails } from './tools/fails.ts';
import { leftOut } from './tools/left-out.ts';
import { missingTool } from './tools/missing-tool.ts';
import { offByOne } from './tools/off-by-one.ts';
import { oneTooLow } from './tools/one-too-low.ts';
import { stale } from './tools/stale.ts';
import { swapped } from './tools/swapped.ts';
import { timesOut } from './tools/times-out.ts';
import { unit } from './tools/unit.ts';
import { wrongDescription } from './tools/wrong-description.ts';

/** Known faults that any agent of the Messages API can have. An agent adds its own in `docket.config.ts`. */
export const mutators: readonly Mutator[] = [
  dropRule,
  weakenRule,
  contradictRule,
  conditionRule,
  reorderRules,
  addRule,
  counterExample,
  translate,
  offByOne,
  oneTooLow,
  leftOut,
  swapped,
  unit,
  stale,
  fails,
  timesOut,
  empty,
  distractingTool,
  missingTool,
  wrongDescription,
  renamedField,
  optionalField,
  missingField,
  grownEnum,
  weakerModel,
  lowEffort,
  smallAnswers,
  oneTurn,
  saysYes,
  saysNo,
  opposite,
  zero,
  rounded,
  noWords,
  constantAnswer,
  refusal,
  slips,
  slow,
  dear,
];
