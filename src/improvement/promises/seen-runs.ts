import type { Problem } from '../../contracts/improvement-plan.ts';
import type { Tally } from '../../stats/two-by-two.ts';
import type { DeclaredAgent } from '../declared-agent.ts';
import { slug } from '../detectors/wrong-source.ts';
import { ProblemFinder } from '../find-problems.ts';
import type { ObservedRun } from '../observed-run.ts';
import { promptRules } from '../prompt-rules.ts';
import { isRightRun, type RightCount, RunTally } from '../run-tally.ts';
import type { PromisePart } from './promise-parts.ts';

/**
 * Detectors that are silent of a field where it is still wrong: before they saw it a few times, or because the change itself takes away what they look at (a rule stands in
 * the prompt, a tool says nothing any more). What they are silent about is counted as far as the field is wrong at all.
 */
const cautious: ReadonlySet<string> = new Set([
  'wrong-source',
  'ambiguous-instruction',
  'method-varies',
  'missing-rule',
  'tool-result-ignored',
]);
/** Detectors of a tool, which see nothing where it is not called. */
const ofTools: ReadonlySet<string> = new Set(['tool-against-policy', 'failed-tool', 'two-values']);
/** Detectors whose ids name what was copied or printed: the same fault under another name is the same fault. */
const renamed: ReadonlySet<string> = new Set(['wrong-source', 'tool-against-policy']);

/** What was read of some runs. */
interface Reading {
  readonly tally: RunTally;
  readonly problems: readonly Problem[];
  readonly wrong: Tally;
}

/** The runs of one version, and how often they have what is promised. */
export class SeenRuns {
  readonly #agent: DeclaredAgent;
  readonly #runs: ObservedRun[] = [];
  readonly #read = new Map<string, Reading>();

  constructor(agent: DeclaredAgent) {
    this.#agent = agent;
  }

  see(run: ObservedRun): void {
    this.#runs.push(run);
    this.#read.clear();
  }

  get runs(): number {
    return this.#runs.length;
  }

  /** Problems that the detectors find in all of them. */
  problems(): readonly Problem[] {
    return this.#of([]).problems;
  }

  /**
   * Runs that have it, of those that could.
   * @param known problems that the version before was known to have: another one is a new name, or a new fault
   */
  count(part: PromisePart, known: ReadonlySet<string>): Tally {
    switch (part.what) {
      case 'falls':
        return part.by === 'scorer' ? this.#withFinding(part.finding, part.cases) : this.#withProblem(part.finding, part.cases, known);
      case 'finding':
        return this.#withFinding(part.finding, []);
      case 'field': {
        const { right, of } = this.#of([]).tally.fields.get(part.field) ?? { right: 0, of: 0 };
        return { runs: of - right, of };
      }
      case 'cases':
        return this.#of(part.cases).wrong;
      case 'dollars': {
        const known = this.#runs.flatMap(({ dollars }) => dollars ?? []);
        return { runs: known.filter((dollars) => dollars > part.perRun).length, of: known.length };
      }
    }
  }

  #withFinding(code: string, cases: readonly string[]): Tally {
    const { tally } = this.#of(cases);
    return { runs: tally.findings.get(code) ?? 0, of: tally.runs };
  }

  #withProblem(id: string, cases: readonly string[], known: ReadonlySet<string>): Tally {
    const { problems, tally, wrong } = this.#of(cases);
    const [detector = '', about = ''] = id.split('/');
    const same = problems.filter(
      (problem) =>
        problem.id === id ||
        (renamed.has(detector) && problem.id.startsWith(`${detector}/${about}/`) && !known.has(problem.id)) ||
        (detector === 'rule-not-followed' && problem.id.startsWith(id)),
    );
    if (same.length > 0) {
      const of = Math.max(...same.map(({ seen }) => seen.of));
      return {
        runs: Math.min(
          of,
          same.reduce((sum, { seen }) => sum + seen.runs, 0),
        ),
        of,
      };
    }
    if (ofTools.has(detector)) return { runs: 0, of: this.#saidBy(about, detector, tally) };
    // A rule that is gone can be kept or broken by nobody.
    if (detector === 'rule-not-followed') return { runs: 0, of: this.#hasRule(id) ? tally.runs : 0 };
    if (!cautious.has(detector)) return { runs: 0, of: tally.fields.get(about)?.of ?? tally.runs };
    const field = about === this.#agent.approvalField ? choicesOf(tally) : tally.fields.get(about);
    return field ? { runs: field.of - field.right, of: field.of } : wrong;
  }

  /** Runs in which a tool said what its problem is about: of a figure, one that the policy speaks of. A tool that says nothing is not mended. */
  #saidBy(tool: string, detector: string, tally: RunTally): number {
    if (detector !== 'tool-against-policy') return tally.called.get(tool) ?? 0;
    return Math.max(0, ...[...tally.figures.values()].filter((figure) => figure.tool === tool).map((figure) => figure.of));
  }

  #hasRule(id: string): boolean {
    return promptRules(this.#agent).some(({ text }) => `rule-not-followed/${slug(text)}`.startsWith(id));
  }

  /** @param cases the runs on these; all runs where none is named */
  #of(cases: readonly string[]): Reading {
    const key = JSON.stringify([...cases].sort());
    const read = this.#read.get(key) ?? this.#reading(new Set(cases));
    this.#read.set(key, read);
    return read;
  }

  #reading(cases: ReadonlySet<string>): Reading {
    const finder = new ProblemFinder(this.#agent);
    const tally = new RunTally();
    const wrong = { runs: 0, of: 0 };
    for (const run of this.#runs) {
      if (cases.size > 0 && (run.caseId === undefined || !cases.has(run.caseId))) continue;
      const reading = finder.see(run);
      tally.see(reading);
      const isRight = isRightRun(reading);
      if (isRight === undefined) continue;
      wrong.of += 1;
      if (!isRight) wrong.runs += 1;
    }
    return { tally, problems: finder.problems(), wrong };
  }
}

/** How often the choice was right, whatever it had to be. */
function choicesOf({ choices }: RunTally): RightCount | undefined {
  const counts = [...choices.values()];
  if (counts.length === 0) return undefined;
  return { right: counts.reduce((sum, { right }) => sum + right, 0), of: counts.reduce((sum, each) => sum + each.of, 0) };
}
