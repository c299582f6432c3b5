import { stringify } from 'yaml';
import type { JsonObject } from '../../../contracts/json.ts';
import type { Survey } from '../1-survey-folder.ts';
import type { InitAnswers, Shape, ShapeSchema } from '../answers.ts';
import { defaultShape } from '../default-shape.ts';
import { sampleValue } from '../sample-value.ts';

/** A file that the project lacks. */
export interface WantedFile {
  /** Relative to the project's folder, with slashes. */
  readonly path: string;
  readonly text: string;
  /** What it is for, in a few words. */
  readonly what: string;
  /** Its lines are added to what the file has; without it a file that is there is left alone. */
  readonly lines?: true;
}

/** All that templates are filled in with. */
export interface ProjectPlan {
  readonly survey: Survey;
  readonly answers: InitAnswers;
  readonly shape: Shape;
}

/** Folder of the agent, as the project has it. */
export const agentFolder = 'docket';

/** Whether the starter may decide by its small rule, because it knows the fields. */
export function hasRule({ shape }: ProjectPlan): boolean {
  return shape === defaultShape;
}

/** What a starter answers where it knows no rule. */
export function fixedDecision({ shape: { decision, examples } }: ProjectPlan): JsonObject {
  return examples.find((example) => example.decision)?.decision ?? (sampleValue(decision.schema, 0) as JsonObject);
}

/** The import lines of both schemas, and the words by which the agent names them. */
export function schemaImports({ shape }: ProjectPlan): { readonly imports: string[]; readonly input: string; readonly decision: string } {
  const one = (name: 'input' | 'decision', { module }: ShapeSchema) =>
    module
      ? { line: importLine(module.name, fromAgentFolder(module.file), name), word: module.name === 'default' ? name : module.name }
      : { line: `import ${name} from './${name}.schema.json' with { type: 'json' };`, word: name };
  const input = one('input', shape.input);
  const decision = one('decision', shape.decision);
  return {
    imports: [...new Set([decision.line, input.line])],
    input: property('input', input.word),
    decision: property('decision', decision.word),
  };
}

/** An export of a module, under its own name or, where it is the default one, under another. */
export function importLine(name: string, from: string, otherwise: string): string {
  return name === 'default' ? `import ${otherwise} from '${from}';` : `import { ${name} } from '${from}';`;
}

/** A path of the project as the agent's module names it. */
export function fromAgentFolder(path: string): string {
  return `../${path.replace(/^\.\//, '')}`;
}

/** The field by which people speak of a decision, where it is not the only yes/no one, which needs no word. */
export function approvalField({ shape }: ProjectPlan): string | undefined {
  const properties = shape.decision.schema.properties;
  const fields = typeof properties === 'object' && properties !== null ? Object.entries(properties) : [];
  const yesNo = fields.filter(([, value]) => (value as JsonObject | null)?.type === 'boolean');
  if (yesNo.length === 1) return undefined;
  const usual = ['approved', 'decision', 'outcome', 'verdict', 'action', 'status', 'category', 'label'];
  return usual.find((name) => fields.some(([field]) => field === name));
}

/** Lines that each kind of agent ends with. */
export function lastLines(plan: ProjectPlan): string[] {
  const field = approvalField(plan);
  return [
    '  scorers,',
    `  scorersSource: new URL('./scorers.${plan.survey.ending}', import.meta.url).href,`,
    ...(field === undefined ? [] : [`  approvalField: ${text(field)},`]),
    '});',
    '',
  ];
}

/** What tells a file, branch or group of the folder from those of its repository's other folders; nothing of the repository's own. */
export function suffixOf(below: string): string {
  return below === '' ? '' : `-${below.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-|-$/g, '')}`;
}

/** A value of a workflow, whatever a folder is called. */
export function yamlValue(value: string): string {
  return stringify(value, { lineWidth: 0 }).trim();
}

/** A word of a workflow's shell, whatever a folder is called. */
export function shellWord(value: string): string {
  return /^[\w./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

/** A text as a literal of the code that is written. */
export function text(value: string): string {
  return value.includes("'") || /[\\\n\r\u2028\u2029]/.test(value) ? JSON.stringify(value) : `'${value}'`;
}

function property(name: string, word: string): string {
  return name === word ? `  ${name},` : `  ${name}: ${word},`;
}
