/** What judges an agent. Main's judges; what a pull request changes of it is a proposal, and each change is told. */
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
} as const satisfies Readonly<Record<string, string>>;

export type RuleKind = keyof typeof ruleKinds;
