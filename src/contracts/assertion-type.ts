/** Types of promptfoo whose word is a model's. */
const modelGraded =
  /^(?:llm-rubric|g-eval|factuality|closedqa|model-graded-.*|answer-relevance|context-(?:faithfulness|recall|relevance)|agent-rubric|search-rubric|conversation-relevance|trajectory:goal-success|pi)$/;

/** True where a model says whether it holds. */
export function isModelGraded(type: string): boolean {
  return modelGraded.test(type.replace(/^not-/, ''));
}

/** Why an assertion of promptfoo cannot judge one trial; words that follow its type. Undefined for those that can. */
export function unjudging(type: string): string | undefined {
  const bare = type.replace(/^not-/, '');
  if (['assert-set', 'select-best', 'max-score'].includes(bare))
    return 'looks at several outputs or assertions. Make a scorer of each assertion in it';
  if (bare === 'guardrails')
    return "looks at what a provider's guardrails said, which no trial tells, so it would say the same of every answer. Leave it out";
  return undefined;
}
