import type { Problem } from '../../contracts/improvement-plan.ts';
import { mayMean, within, wordsOf } from '../labelled-figures.ts';
import { fieldsWithoutTool, toolNameFor } from './new-tools.ts';
import type { Evidence, Proposal, Proposer } from './proposer.ts';
import { isPlainName, wrongSources } from './wrong-sources.ts';

/** Rules that the prompt lacks, each by itself, and rules that were not kept. */
export const promptChanges: Proposer = (evidence) => {
  const { of, problems } = evidence;
  const having = (detector: string) => problems.filter((problem) => problem.detector === detector);
  const rule = (what: string, text: string, found: readonly Problem[], priority: Proposal['priority']): Proposal[] =>
    found.length === 0
      ? []
      : [
          {
            priority,
            group: 'prompt',
            what,
            target: of.agent.prompt.name,
            ...of.placeOf(),
            before: '',
            after: text,
            literal: true,
            evidence: [...new Set(found.map(({ id }) => id))],
          },
        ];
  const lacking = (found: readonly Problem[]) => found.filter(({ about }) => about.rule === undefined);
  return [
    ...verdictRule(evidence, rule),
    ...having('missing-rule').flatMap(({ about: { field } }) =>
      field === undefined || field === of.agent.approvalField
        ? []
        : rule(
            `Say where ${field} comes from`,
            fieldRule(evidence, field),
            problems.filter(
              ({ detector, about }) =>
                about.field === field && ['missing-rule', 'wrong-source', 'method-varies', 'tool-result-ignored'].includes(detector),
            ),
            'P0',
          ),
    ),
    ...having('missing-rule').flatMap((problem) =>
      problem.about.figure === undefined
        ? []
        : rule(
            `State that the policy uses ${problem.about.figure}`,
            numberRule(problem),
            [problem, ...having('method-varies').filter(({ about }) => isReckonedInto(problem, about.field))],
            'P1',
          ),
    ),
    ...rule(
      'Forbid rules of its own',
      'Invent no rules: nothing but what is written here and what the tools say decides.',
      lacking(having('invented-rule')),
      'P0',
    ),
    ...rule(
      'Ask that the words agree with the fields',
      'Your reasoning must agree with the structured fields.',
      lacking(having('against-reasoning')),
      'P0',
    ),
    ...rule(
      'Forbid arithmetic of its own',
      'Use only figures that the tools or the input give; work out none yourself.',
      of.rules.some(({ topics }) => topics.noOther) ? [] : having('untraced-number'),
      'P1',
    ),
    ...callRule(evidence, rule),
    ...having('rule-not-followed').map(
      (problem): Proposal => ({
        priority: problem.severity === 'critical' ? 'P0' : 'P1',
        group: 'prompt',
        // Several rules may go unkept, and each is a change of its own.
        what: `Make this rule harder to miss: "${beginningOf(problem.about.rule ?? '')}"`,
        target: of.agent.prompt.name,
        ...(problem.place ? { place: problem.place } : {}),
        before: problem.about.rule ?? '',
        after: `${problem.about.rule ?? ''} Check this once more before you answer.`,
        literal: true,
        evidence: [problem.id],
      }),
    ),
  ];
};

/** As much of a rule as names it. */
function beginningOf(rule: string): string {
  return rule.length <= 80 ? rule : `${rule.slice(0, 79).replace(/\s\S*$/u, '')}…`;
}

type MakeRule = (what: string, text: string, found: readonly Problem[], priority: Proposal['priority']) => Proposal[];

/** By the border that the policy's own figures show, where they do. */
function verdictRule({ of, problems, tally }: Evidence, rule: MakeRule): Proposal[] {
  const field = of.agent.approvalField;
  const missing = problems.filter(
    ({ detector, about, cause }) =>
      about.field === field && (detector === 'missing-rule' || (detector === 'against-policy' && cause === 'prompt')),
  );
  if (field === undefined) return [];
  const border = tally.border.found();
  const text = border
    ? `Set ${field} to true only if the ${border.figure} is ${border.how === 'at most' ? 'at or below' : 'at or above'} the ${border.bound}, and then always.`
    : `Decide ${field} by what the tools give and the rules written here, and by nothing else.`;
  return rule(`State what decides ${field}`, text, missing, 'P0');
}

function fieldRule(evidence: Evidence, field: string): string {
  const isOwn = ({ tool }: { readonly tool: string }) => evidence.of.agent.tools.some(({ name }) => name === tool);
  const given = [...evidence.tally.figures.values()].find((figure) => isOwn(figure) && within(wordsOf(field), figure.words));
  const giver = evidence.tally.giversOf(field).find((each) => isOwn(each) && isPlainName(each.label));
  const tool = giver?.tool ?? (fieldsWithoutTool(evidence).includes(field) ? toolNameFor(field) : given?.tool);
  const wrong = wrongSources(evidence, field);
  const not = wrong.length === 0 ? '' : `, and never ${wrong.join(' or ')}`;
  const where = giver && !within(wordsOf(field), wordsOf(giver.label)) ? `, where it says "${giver.label}"` : '';
  return tool === undefined
    ? `${field} is what the policy makes it${not}; do not estimate it.`
    : `Take ${field} from ${tool}${where}; it is not an estimate${not}.`;
}

function numberRule({ about: { figure = '' }, because }: Problem): string {
  const years = Number(figure) % 12 === 0 ? ` (${Number(figure) / 12} years, if it counts months)` : '';
  return `${reckonedName({ about: { figure }, because }) ?? 'The policy'} is always reckoned with ${figure}${years}.`;
}

/** What the policy's own words call that which it reckons with a number: the name before the sentence's colon. */
function reckonedName({ about: { figure = '' }, because }: Pick<Problem, 'about' | 'because'>): string | undefined {
  const formula = /"([^"]*)"/
    .exec(because)?.[1]
    ?.split(/(?<=[.])\s/)
    .find((sentence) => sentence.includes(figure));
  return formula === undefined ? undefined : /^([^:=]{2,40})[:=]/.exec(formula.trim())?.[1];
}

function isReckonedInto(problem: Problem, field: string | undefined): boolean {
  const name = reckonedName(problem);
  return field !== undefined && name !== undefined && mayMean(wordsOf(name), wordsOf(field));
}

function callRule(evidence: Evidence, rule: MakeRule): Proposal[] {
  const { of, tally } = evidence;
  if (of.rules.some(({ topics }) => topics.calls.length > 0)) return [];
  const fresh = fieldsWithoutTool(evidence);
  const isSkipped = of.agent.tools.some(({ name }) => (tally.called.get(name) ?? 0) < tally.runs);
  const because = evidence.problems.filter(
    ({ about, detector }) => detector === 'method-varies' && about.field !== undefined && fresh.includes(about.field),
  );
  return fresh.length > 0 || isSkipped ? rule('Call every tool', 'Call ALL tools before deciding.', because, 'P1') : [];
}
