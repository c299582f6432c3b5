import { existsSync, readFileSync, statSync } from 'node:fs';
import { filePath, type SourceFiles, sourceFiles } from '../../../agent/source-closure.ts';
import type { DescribedAgent } from '../../../contracts/described-agent.ts';
import type { JsonObject } from '../../../contracts/json.ts';
import type { DescribedConfig } from '../../described-config.ts';
import { relationFiles } from '../../relation-files.ts';

/** The code that judges, apart from the code that is judged. A file may be both: a policy that the tools import. */
export interface RuleFiles {
  readonly scorers: SourceFiles;
  readonly policy: SourceFiles;
}

/** True for a file in which agent and rules are put together. */
export function declaresAgent(text: string): boolean {
  return /\b(?:define|function|command|http|promptfoo)Agent\s*[<(]/.test(text);
}

/** What the agent's definition reads beside it (prompts, tools' JSON) is the agent's. */
const javascript = /\.[cm]?[jt]sx?$/;

const none: SourceFiles = { files: new Map(), packages: new Set() };

/**
 * Finds the files behind an agent's scorers and its policy. Where the agent names no file of its scorers, they are whatever the configuration
 * reaches beside the agent's own sources and the files in which agent and configuration are put together: these are compared by what
 * they make (`compare-code.ts`).
 */
export async function ruleFiles({ agent, file, gate }: DescribedConfig): Promise<RuleFiles> {
  const leaves = new Set(agentSources(agent));
  const reached = await sourceFiles([file], agent.docket, leaves);
  const texts = new Map([...reached.files.keys()].map((path) => [path, readFileSync(path, 'utf8')]));
  const code = [...texts].filter(([path, text]) => javascript.test(path) && path !== file && !declaresAgent(text));
  const beside = code.map(([path]) => path).filter((path) => !leaves.has(path));
  // A file that declares the agent beside its relations is compared by what it makes.
  const relating = (await relationFiles({ agent, file, gate })).filter((path) => !declaresAgent(texts.get(path) ?? ''));
  const made = agent.scorersSource === undefined ? beside : [agent.scorersSource, ...relating];
  const scorers = await sourceFiles([...made, ...filesOfSettings(agent.scorers)], agent.docket);
  const { policy } = agent;
  if (!policy) return { scorers, policy: none };
  const named = new Set([policy.name, ...(policy.text.match(/[A-Za-z_$][\w$]*/g) ?? [])]);
  const exporting = code.filter(([, text]) => exportedNames(text).some((name) => named.has(name))).map(([path]) => path);
  return { scorers, policy: await sourceFiles(exporting, agent.docket) };
}

/** Files that scorers name by address in their settings: an assertion of promptfoo runs one. */
export function filesOfSettings(scorers: readonly { readonly settings?: JsonObject | undefined }[]): string[] {
  const named = JSON.stringify(scorers.map(({ settings }) => settings ?? null)).match(/(?<=")file:\/\/\/[^"]+/g) ?? [];
  return [...new Set(named)].map(withoutFunction).filter((place) => existsSync(place) && statSync(place).isFile());
}

/** `file:///check.py:name` is a function of the file. */
function withoutFunction(address: string): string {
  const [place, whole] = [address.replace(/:\w+$/, ''), address].map((each) => filePath(each));
  return whole !== undefined && existsSync(whole) ? whole : (place ?? address);
}

/** Files that the fingerprint takes for the agent: tools, user message and simulator. */
function agentSources({ toolVariants, userMessage, simulator }: DescribedAgent): string[] {
  const tools = Object.values(toolVariants).flatMap((variant) => [...variant.tools, ...(variant.userMessage ? [variant.userMessage] : [])]);
  return [...tools.map(({ source }) => source), userMessage.source, ...(simulator ? [simulator.source] : [])].map(filePath);
}

/** Names that a module exports by a declaration or a list; enough to find where a function comes from. */
function exportedNames(text: string): string[] {
  const declared = [...text.matchAll(/\bexport\s+(?:default\s+)?(?:async\s+)?(?:function\*?|const|let|class)\s+([A-Za-z_$][\w$]*)/g)];
  const listed = [...text.matchAll(/\bexport\s*\{([^}]*)\}/g)].flatMap(([, names = '']) => names.split(','));
  return [...declared.map(([, name = '']) => name), ...listed.map((name) => name.trim().split(/\s+/)[0] ?? '')];
}
