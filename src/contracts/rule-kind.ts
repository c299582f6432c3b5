/** What judges an agent: each is read from the pull request today, so each change of one is told. */
export const ruleKinds = {
  case: 'case',
  label: 'label',
  scorer: 'scorer',
  policy: 'policy',
  option: 'gate option',
  setting: 'configuration',
  current: 'current version',
  domain: 'domain knowledge',
  model: 'which model answers',
  baseline: 'baseline',
  waiver: 'waiver',
  workflow: 'how the gate is run',
  judgement: 'judgement',
} as const satisfies Readonly<Record<string, string>>;

export type RuleKind = keyof typeof ruleKinds;
