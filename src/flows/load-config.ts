import { dirname, relative, resolve, sep } from 'node:path';
import { parseConfig, type ResolvedConfig } from '../agent/config.ts';
import { DocketError } from '../contracts/docket-error.ts';
import { placeholderIn } from '../contracts/placeholder.ts';
import { restoreModelVariables } from '../model/own-environment.ts';
import { PriceBook } from '../model/price-book.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { plainLine } from '../text/hostile-text.ts';
import { findConfig } from './find-config.ts';
import { importProjectModule } from './import-project-module.ts';
import { placeOf } from './place-of.ts';
import { syntaxFaultBehind } from './syntax-fault.ts';

/** A configuration and the folder its paths are relative to. */
export interface LoadedConfig extends Omit<ResolvedConfig, 'prices'> {
  /** What models cost, by the configuration's prices first. */
  readonly prices: PriceBook;
  readonly root: string;
  /** The configuration file itself. */
  readonly file: string;
}

/**
 * Loads `docket.config.ts` from the folder or the nearest one above it.
 * @throws {DocketError} when there is none, or it does not load, or a setting is wrong
 */
export async function loadConfig(from: string = process.cwd()): Promise<LoadedConfig> {
  const file = findConfig(from);
  if (file === undefined) throw missingConfig(from);
  let loaded: unknown;
  try {
    loaded = await importProjectModule(file);
  } catch (cause) {
    if (cause instanceof DocketError) throw cause;
    throw new DocketError(
      `${file} does not load: ${cause instanceof Error ? `${cause.message}${placeBehind(cause, file)}` : String(cause)}`,
      {
        cause,
      },
    );
  } finally {
    // A configuration is code of whoever changed it last, and must not say where the environment's key goes.
    restoreModelVariables();
  }
  const config = parseConfig(loaded, file);
  refusePlaceholders(config, file);
  const root = dirname(file);
  const unknown = [config.current, ...(config.versions ?? [])].find(
    (name) => !Object.hasOwn(config.agent.versions, name.split(/[/@]/)[0] ?? ''),
  );
  if (unknown !== undefined) {
    throw new DocketError(
      `${file}: the agent "${config.agent.name}" has no version "${unknown}".${didYouMean(unknown, Object.keys(config.agent.versions))}`,
    );
  }
  return {
    ...config,
    agent: {
      ...config.agent,
      root,
      ignored: { ignore: config.ignore, cases: relative(root, resolve(root, config.cases)).split(sep).join('/') },
    },
    cases: resolve(root, config.cases),
    prices: new PriceBook(config.prices),
    store: config.store === ':memory:' ? config.store : resolve(root, config.store),
    root,
    file,
  };
}

/** What a drafted version leaves for a person to write must not reach a model. */
function refusePlaceholders({ agent }: ResolvedConfig, file: string): void {
  const texts = [
    ...Object.entries(agent.prompts).map(([name, text]) => [`the prompt "${name}"`, text] as const),
    ...Object.entries(agent.toolVariants).flatMap(([name, { definitions, decisionJsonSchema }]) => [
      [`a tool of "${name}"`, JSON.stringify(definitions)] as const,
      [`the decision of "${name}"`, JSON.stringify(decisionJsonSchema)] as const,
    ]),
  ];
  for (const [what, text] of texts) {
    const left = placeholderIn(text);
    if (left !== undefined)
      throw new DocketError(`${file}: ${what} still holds ${plainLine(left)}. Write what it says in its place, or take the line out.`);
  }
}

/** Where it went wrong. What cannot be read may be reported as what cannot be linked, so a file that cannot be read is named first. */
function placeBehind(cause: Error, file: string): string {
  // What tsx says names the file itself.
  if (!(cause instanceof SyntaxError)) return placeOf(cause);
  return syntaxFaultBehind(file) || placeOf(cause);
}

/** Nobody can say what to do in a folder without a configuration. */
export function missingConfig(from: string = process.cwd()): DocketError {
  return new DocketError(
    `No docket.config.ts in ${resolve(from)} or any folder above it. Run Docket inside a project that has one, or make this folder one: docket init.`,
  );
}
