import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

/** What an expression may speak of: `inputs`, `github`, `steps`, … as plain data. */
export type Contexts = Readonly<Record<string, unknown>>;

/** How the steps before came out. */
export type JobStatus = 'success' | 'failure';

const statusFunctions = ['success', 'failure', 'always', 'cancelled'] as const;

/** Fills in every `${{ … }}` of a text, with GitHub's own evaluator. */
export function interpolate(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{([\s\S]*?)\}\}/g, (_, expression: string) => evaluate(expression, contexts, 'success').coerceString());
}

/** Decides an `if`. Without a status function it holds only while no step has failed, as on GitHub. */
export function holds(condition: string | undefined, contexts: Contexts, status: JobStatus): boolean {
  const text = condition ?? 'success()';
  const asked = statusFunctions.some((name) => text.includes(`${name}(`)) ? text : `success() && (${text})`;
  const { kind, ...result } = evaluate(asked, contexts, status) as data.ExpressionData & { readonly value?: unknown };
  return kind !== data.Kind.Null && Boolean(result.value);
}

function evaluate(expression: string, contexts: Contexts, status: JobStatus): data.ExpressionData {
  const answers: Readonly<Record<string, boolean>> = {
    success: status === 'success',
    failure: status === 'failure',
    always: true,
    cancelled: false,
  };
  const functions = statusFunctions.map((name) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(answers[name] ?? false),
  }));
  const tree = new Parser(new Lexer(expression.trim()).lex().tokens, Object.keys(contexts), functions).parse();
  const known = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  return new Evaluator(tree, known, new Map(functions.map((each) => [each.name, each]))).evaluate();
}
