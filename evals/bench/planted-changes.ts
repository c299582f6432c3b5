import type { PlantedProject } from './planted-project.ts';

/** The parts of a version that a planted change may touch. */
export type PlantedPart = 'prompt' | 'userMessage' | 'tools' | 'decisionSchema' | 'model' | 'settings';

/** One edit of one part. */
export interface PlantedEdit {
  readonly part: PlantedPart;
  readonly name: string;
  plant(project: PlantedProject): void;
}

const agentFile = 'src/underwriting/agent.ts';
const promptFile = 'src/underwriting/prompts/v2.md';
const messageFile = 'src/underwriting/user-message.ts';
const simulatorFile = 'src/underwriting/simulated-underwriter.ts';
const variant = 'src/underwriting/tool-variants/v2';
/** Where version 2 names its model. */
const model = /(v2: \{ prompt: 'v2', toolVariant: 'v2', model: )'[^']+'/;

/**
 * What main has before any change: the simulated underwriter minds no model, no effort and no wording of the request, so habits are planted that do.
 * Half of the trials go wrong on claude-haiku-4-5, in a hurry, or when a terse prompt meets low effort.
 */
export function plantHabits(project: PlantedProject): void {
  project.edit(simulatorFile, (text) =>
    text.replace(
      'return decide(conversation, rules, luck, slipping);',
      `const careless =
      request.model === 'claude-haiku-4-5' ||
      conversation.userMessage.includes('in a hurry') ||
      (conversation.systemPrompt.includes('Be terse') && request.output_config?.effort === 'low');
    return decide(conversation, rules, luck, slipping || (careless && luck.skipping < 0.6));`,
    ),
  );
}

/** What the rules of prompt v2 say, in their order. */
export const rules = [
  'call all tools',
  'approve up to the maximum DTI',
  'max_loan from its tool',
  'payment of the proposed loan',
  '30 years fixed',
  'invent no rules',
  'reasoning agrees',
];

const edit = (part: PlantedPart, name: string, file: string, change: (text: string) => string): PlantedEdit => ({
  part,
  name,
  plant: (project) => project.edit(file, change),
});

/** Takes one rule out of the prompt of version 2. */
export function withoutRule(number: number): (text: string) => string {
  return (text) => text.replace(new RegExp(`^${number}\\. .*(\\n(?!\\d+\\.|\\n).*)*\\n?`, 'm'), '');
}

const onModel = (id: string) => edit('model', id, agentFile, (text) => text.replace(model, `$1'${id}'`));
const withSetting = (words: string) => edit('settings', words, agentFile, (text) => text.replace(model, `$&, settings: { ${words} }`));

/** Edits that make trials fail, each alone. */
export const harmful: readonly PlantedEdit[] = [
  ...rules.map((rule, index) => edit('prompt', `rule ${index + 1} deleted (${rule})`, promptFile, withoutRule(index + 1))),
  edit('tools', 'calc_dti leaves the loan out', agentFile, (text) => text.replace('calc_dti: calcDti,', 'calc_dti: calcDtiWithoutLoan,')),
  {
    part: 'tools',
    name: 'calc_max_loan removed',
    plant(project) {
      project.edit(agentFile, (text) =>
        // Version 3 has the same tools.
        text.replaceAll(' calc_max_loan: calcMaxLoan,', '').replaceAll('<v2.Tools,', "<Omit<v2.Tools, 'calc_max_loan'>,"),
      );
      project.remove(`${variant}/tools/calc_max_loan.json`);
    },
  },
  edit('userMessage', 'the request says to hurry', messageFile, (text) =>
    text.replace('Evaluate this', 'We are in a hurry. Evaluate this'),
  ),
  onModel('claude-haiku-4-5'),
  withSetting('maxTurns: 1'),
  withSetting('maxTokens: 80'),
  edit('decisionSchema', 'monthly_payment in whole dollars', `${variant}/decision.json`, (text) =>
    text.replace('"monthly_payment": { "type": "number"', '"monthly_payment": { "type": "integer"'),
  ),
];

/** Edits that change nothing but the fingerprint. */
export const harmless: readonly PlantedEdit[] = [
  edit('prompt', 'wording', promptFile, (text) => text.replace('You are a loan underwriter.', 'You work as a loan underwriter.')),
  edit('tools', 'a description', `${variant}/tools/credit_risk.json`, (text) =>
    text.replace('"description": "', '"description": "Quick: '),
  ),
  edit('userMessage', 'a polite request', messageFile, (text) => text.replace('Evaluate this', 'Please evaluate this')),
  edit('decisionSchema', 'a description', `${variant}/decision.json`, (text) =>
    text.replace('Why, in a few sentences.', 'Why, in short sentences.'),
  ),
  withSetting("effort: 'high'"),
  onModel('claude-sonnet-5-5'),
];

/** Each of the two passes alone; together they make trials fail. */
export const interacting: readonly PlantedEdit[] = [
  edit('prompt', 'a terse prompt', promptFile, (text) =>
    text.replace('You are a loan underwriter.', 'You are a loan underwriter. Be terse.'),
  ),
  withSetting("effort: 'low'"),
];
