import { types } from 'node:util';
import { DocketError } from '../contracts/docket-error.ts';
import type { Relation } from '../contracts/relation.ts';
import { scorerNeeds } from '../contracts/scorer.ts';
import { startedIn } from '../contracts/started-in.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { checkRelations } from './check-relations.ts';
import { checkRules } from './check-rules.ts';
import { decisionFieldsOf } from './decision-fields.ts';
import type { RuledAgent } from './rules-of.ts';

/** What of an agent says who judges it, and what there is to judge. */
interface JudgedAgent extends RuledAgent {
  readonly scorersSource?: string;
  readonly relations?: readonly Relation[];
}

/**
 * Checks that every scorer of an agent can judge: what it is, and that the decision fields it names exist. An agent is
 * often made from another one by spreading it, so this is asked again wherever an agent comes in.
 * @throws {DocketError} naming the scorer
 */
export function checkScorers(agent: JudgedAgent): void {
  const { name: agentName, scorers, scorersSource, approvalField } = agent;
  const fields = decidedFields(agent);
  const at = `agent "${agentName}"`;
  if (!Array.isArray(scorers)) throw new DocketError(`${at}: "scorers" is ${kindOf(scorers)}. Expected a list of scorers.`);
  if (approvalField !== undefined) requireField(fields, approvalField, `${at}: "approvalField"`);
  const names = new Set<string>();
  let comparing: string | undefined;
  for (const [index, value] of (scorers as readonly unknown[]).entries()) {
    const scorer = partsOf(value);
    if (!scorer || typeof scorer.name !== 'string' || scorer.name.trim() === '') {
      throw new DocketError(
        `${at}: scorer ${index + 1} of ${scorers.length} is ${kindOf(value)}${scorer ? ' without a name' : ''}. Expected {scope, name, score}.`,
      );
    }
    const { name, scope, score } = scorer;
    const which = scorerTitle(name, scorersSource);
    if (names.has(name)) throw new DocketError(`${at}: two scorers are called "${name}". Rename one of them.`);
    names.add(name);
    if (scope !== 'trial' && scope !== 'case') {
      throw new DocketError(
        `${at}: ${which} has the scope ${JSON.stringify(scope) ?? 'undefined'}, so it would never be asked. Expected "trial" or "case".`,
      );
    }
    if (typeof score !== 'function') throw new DocketError(`${at}: ${which} has no function "score".`);
    if (types.isGeneratorFunction(score)) {
      throw new DocketError(`${at}: ${which} is a generator function. Expected a function that returns a score, or a promise of one.`);
    }
    checkNeeds(scorer.needs, `${at}: ${which}`);
    if (scorer.comparesDecisions === true) {
      if (scope !== 'trial') throw new DocketError(`${at}: ${which} compares decisions, and has the scope "${scope}". Expected "trial".`);
      if (comparing !== undefined) {
        throw new DocketError(`${at}: ${which} and the scorer "${comparing}" both have comparesDecisions: true. Leave it to one of them.`);
      }
      if (types.isAsyncFunction(score))
        throw new DocketError(`${at}: ${which} is an async function and compares decisions. ${answerAtOnce}`);
      comparing = name;
    }
    for (const field of Array.isArray(scorer.fields) ? scorer.fields : []) requireField(fields, String(field), `${at}: ${which}`);
  }
  checkRelations(at, agent.relations, [...names], (field, who) => requireField(fields, field, who));
  checkRules(agent);
}

/** A need with a typing error would be no need, and the scorer asked without what it looks at. */
function checkNeeds(needs: unknown, who: string): void {
  const known: readonly unknown[] = scorerNeeds;
  if (needs === undefined || (Array.isArray(needs) && needs.every((need) => known.includes(need)))) return;
  throw new DocketError(
    `${who} has needs: ${JSON.stringify(needs) ?? kindOf(needs)}. Expected a list of ${scorerNeeds.map((need) => `"${need}"`).join(' and ')}, or [] when it looks at the run only.`,
  );
}

/** Fields of any decision of the agent; undefined where a decision's schema names none, so that nothing can be said. */
function decidedFields({ toolVariants }: Pick<JudgedAgent, 'toolVariants'>): ReadonlySet<string> | undefined {
  const variants = Object.values(toolVariants).map(({ decisionJsonSchema }) => [...decisionFieldsOf(decisionJsonSchema).keys()]);
  return variants.some((fields) => fields.length === 0) ? undefined : new Set(variants.flat());
}

function requireField(fields: ReadonlySet<string> | undefined, field: string, who: string): void {
  if (!fields || fields.has(field)) return;
  throw new DocketError(`${who} names the decision field "${field}", which no decision has.${didYouMean(field, fields)}`);
}

/** What to do about a scorer that compares decisions and promises a score. */
export const answerAtOnce =
  'Whether two decisions are the same is asked for every pair of labels, so it must be said at once: make it a plain function, and put what takes time (a service, a model) into a second scorer.';

/** `the scorer "fair" (src/scorers.ts)`, the file where it is known. */
export function scorerTitle(name: string, source: string | undefined): string {
  return `the scorer "${name}"${source === undefined ? '' : ` (${fileOf(source)})`}`;
}

function fileOf(source: string): string {
  const path = source.startsWith('file:') ? decodeURIComponent(new URL(source).pathname) : source;
  const here = `${startedIn}/`;
  return path.startsWith(here) ? path.slice(here.length) : path;
}

type ScorerParts = Readonly<Record<'name' | 'scope' | 'score' | 'fields' | 'needs' | 'comparesDecisions', unknown>>;

function partsOf(value: unknown): ScorerParts | undefined {
  return typeof value === 'object' && value !== null ? (value as ScorerParts) : undefined;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (value instanceof Promise) return 'a promise';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
