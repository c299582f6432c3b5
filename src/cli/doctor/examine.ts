import { globSync } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import type { OwnAnswers } from '../../agent/agent-run.ts';
import { askedModel } from '../../contracts/answered-by.ts';
import type { ModelMode } from '../../contracts/model-mode.ts';
import { type PostgresAddress, postgresAddress, storeVariable } from '../../database/postgres/postgres-address.ts';
import { loadCases } from '../../flows/cases/load-cases.ts';
import { placeholderTag } from '../../flows/init/templates/case-files.ts';
import { type LoadedConfig, loadConfig } from '../../flows/load-config.ts';
import { prepareVersion } from '../../flows/session.ts';
import { requireKnown } from '../../flows/shared-kinds.ts';
import { asksForLive, type Environment, endpointOf, readCredentials } from '../../model/credentials.ts';
import { loadEnvironment } from '../../model/load-environment.ts';
import { ownEnvironment } from '../../model/own-environment.ts';
import { proxyFor } from '../../model/proxy.ts';
import { count, counted } from '../../text/figures.ts';
import { inspectSharedStore } from '../../trials/inspect-shared-store.ts';
import { inspectStore } from '../../trials/inspect-store.ts';
import { apiCheck, onlineCheck } from './api-check.ts';
import { type Check, checking, fail, ok, warn } from './check.ts';
import { telemetryCheck } from './telemetry-check.ts';
import { vendorsCheck } from './vendors-check.ts';

/** Oldest Node.js that runs Docket: type stripping and node:sqlite as it uses them. */
const oldestNode = 24;
/** Less free space than this is worth a warning, in bytes. */
const littleSpace = 500 * 1024 * 1024;

/**
 * Looks at everything and changes nothing. `mode` is absent when the configuration does not load.
 * @param online whether the model server and the systems that traces are sent to are asked; without it nobody is
 */
export async function examine(
  directory: string,
  environment: NodeJS.ProcessEnv,
  online: boolean,
): Promise<{ readonly mode?: ModelMode; readonly checks: readonly Check[] }> {
  const node = nodeCheck();
  let config: LoadedConfig;
  try {
    config = await loadConfig(directory);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { checks: [node, fail('config', text, 'The other checks need docket.config.ts.')] };
  }
  const warnings: string[] = [];
  const complete = loadEnvironment(config.root, environment, (message) => warnings.push(message));
  const said = ownEnvironment(environment);
  const storeRemedy = complete[storeVariable]
    ? `Correct ${storeVariable}, here or in .env.`
    : 'Move the file away or update Docket; the next run creates a new store.';
  const { own } = config.agent;
  const mode = own || asksForLive(complete) ? 'live' : 'simulated';
  return {
    mode,
    checks: [
      node,
      ok('config', `${config.root}: agent ${config.agent.name}, current version ${config.current}`),
      await checking('cases', 'Fix the cases; docket cases lint shows the same list.', () => casesCheck(config)),
      await checking('versions', 'Fix the version, or the file named here.', () => versionsCheck(config, mode, complete)),
      ...warnings.map((message) => warn('.env', message, 'Correct the file, or remove it.')),
      own
        ? await checking('agent', 'Set up what it runs with, then run docket doctor again.', () => ownCheck(own))
        : await checking('model', 'Correct the variable, here or in .env.', () => modelCheck(config, mode, complete, said)),
      ...(own ? [] : [await checking('api', 'Correct the version.', () => apiCheck(config.agent)), pricesCheck(config)]),
      ...(online && !own
        ? [
            mode === 'live'
              ? await checking('online', 'Correct the variable, here or in .env.', () => onlineCheck(config, complete, said))
              : warn('online', 'no model server was asked: there is no key', 'Set ANTHROPIC_API_KEY, here or in .env, and run it again.'),
          ]
        : []),
      await checking('store', storeRemedy, () => storeCheck(config, complete)),
      await telemetryCheck(complete, online),
      await vendorsCheck(complete, online),
      await checking('disk', 'Check that the folder exists and is readable.', () => diskCheck(config)),
    ],
  };
}

function nodeCheck(): Check {
  const { version } = process;
  if (Number(version.slice(1).split('.')[0]) >= oldestNode) return ok('node', version);
  return fail('node', version, `Use Node.js ${oldestNode} or newer; npm run docket brings its own.`);
}

function ownCheck({ kind, check }: OwnAnswers): Check {
  check?.();
  return ok('agent', `${ownKinds[kind]}; it answers by itself, and asks whatever model it likes`);
}

const ownKinds: Readonly<Record<OwnAnswers['kind'], string>> = {
  function: 'a function',
  command: 'a program',
  http: 'an endpoint',
  promptfoo: "a provider of promptfoo's",
};

function casesCheck({ cases, agent }: LoadedConfig): Check {
  const loaded = loadCases(cases, agent);
  const open = loaded.filter((one) => one.case.dispute && !one.case.dispute.resolution).map((one) => one.case.id);
  const text = `${counted(loaded.length, 'case')} in ${shown(cases)}`;
  const madeUp = loaded.filter((one) => one.case.tags?.includes(placeholderTag)).length;
  if (madeUp > 0)
    return warn(
      'cases',
      `${text}; docket init made up ${count(madeUp)} of them`,
      "Replace them by cases of yours: what they expect is nobody's word.",
    );
  if (open.length === 0) return ok('cases', text);
  return warn('cases', `${text}; with an open dispute: ${open.join(', ')}`, 'Resolve the disputes: until then these cases do not count.');
}

async function versionsCheck(config: LoadedConfig, mode: ModelMode, environment: Environment): Promise<Check> {
  const { agent, current } = config;
  const lines = await Promise.all(
    Object.keys(agent.versions).map(async (name) => {
      const { identity } = await prepareVersion(config, name, mode, environment);
      const { prompt, toolVariant, model, fingerprint } = identity;
      return `${name}${name === current ? ' (current)' : ''}: prompt ${prompt}, tools ${toolVariant}, ${askedModel(model)}, ${fingerprint.slice(0, 12)}`;
    }),
  );
  return ok('versions', lines.join('\n'));
}

/** By whose prices runs will be counted; an unknown one ends no run. */
function pricesCheck({ agent, prices }: LoadedConfig): Check {
  const models = [...new Set(Object.values(agent.versions).map(({ model }) => model))];
  const sources = models.map((model) => [model, prices.sourceOf(model)] as const);
  const text = sources.map(([model, source]) => `${model}: ${source ?? 'not known'}`).join('\n');
  const unknown = sources.find(([, source]) => source === undefined);
  return unknown
    ? warn('prices', text, `Runs go on without: ${prices.unknownPrice(unknown[0])}. Until then --budget takes no dollars for it.`)
    : ok('prices', text);
}

function modelCheck({ agent, root }: LoadedConfig, mode: ModelMode, environment: Environment, own: Environment): Check {
  if (mode === 'live') {
    const { baseUrl, apiKey, authToken, headers } = readCredentials(environment, own);
    const endpoint = endpointOf(environment);
    const proxy = proxyFor(endpoint, environment, own);
    const parts = [
      `live, server ${new URL(baseUrl).host}`,
      authToken === undefined ? `key ${apiKey === undefined ? 'not set' : 'set'}` : 'token set',
      ...(Object.keys(headers).length > 0 ? [`with headers ${Object.keys(headers).join(', ')}`] : []),
      ...(proxy ? [`through the proxy ${proxy.host} (${proxy.variable})`] : []),
    ];
    return ok('model', parts.join(', '));
  }
  if (!agent.simulator) {
    const recorded = globSync('evals/recordings/*.jsonl', { cwd: root }).length;
    if (recorded > 0)
      return warn(
        'model',
        `no key; ${counted(recorded, 'conversation')} in evals/recordings can be replayed`,
        'Use --mode recorded. A gate replays by itself where the baseline was accepted with --mode recorded.',
      );
    return fail(
      'model',
      'no key, and the agent has no simulator',
      'Set ANTHROPIC_API_KEY, here or in .env. Where there must be none, in CI say: record where there is one (docket eval --record --fresh --trials 10), commit evals/recordings, and accept the baseline with --mode recorded.',
    );
  }
  return warn('model', 'simulated, key not set', 'Set ANTHROPIC_API_KEY, here or in .env, to put the agent on trial with a real model.');
}

async function storeCheck({ store }: LoadedConfig, environment: Environment): Promise<Check> {
  const shared = postgresAddress(environment);
  if (shared) return sharedStoreCheck(shared);
  if (store === ':memory:') return warn('store', 'in memory only', 'Name a file as "store" in docket.config.ts, so that trials are kept.');
  const found = await stat(store).catch(() => undefined);
  if (!found) return ok('store', `${shown(store)} does not exist yet; the first run creates it`);
  const { schemaVersion, trials, failures } = inspectStore(store);
  const size = `${(found.size / 1024 / 1024).toFixed(1)} MB`;
  const text = `${shown(store)}: store version ${schemaVersion}, ${counted(trials, 'trial')}, ${size}`;
  if (failures === 0) return ok('store', text);
  return warn('store', `${text}, ${count(failures)} ended by infra errors`, 'Run the same evaluation again: it retries these.');
}

const roles = { read: 'may only read', add: 'may add, and change nothing', migrate: 'owns the tables' } as const;

/** Where a team keeps its trials: who is there, and whether others can listen. */
async function sharedStoreCheck(address: PostgresAddress): Promise<Check> {
  await requireKnown(address);
  const { server, schemaVersion, trials, failures, may, takesChanges, tls, bytes } = await inspectSharedStore(address);
  const text = [
    `${address.shown}: PostgreSQL ${server}, ${schemaVersion === 0 ? 'no tables yet' : `store version ${schemaVersion}, ${counted(trials, 'trial')}`}, ${(bytes / 1024 / 1024).toFixed(1)} MB`,
    `the role ${address.user} ${roles[may]}; ${tls === undefined ? 'not encrypted' : tls}`,
  ].join('\n');
  if (address.insecure !== undefined) return warn('store', text, address.insecure);
  if (!takesChanges)
    return warn('store', text, 'The server takes no changes: it is a copy, or the database is read-only. Name the one that is written to.');
  if (schemaVersion === 0 && may !== 'migrate')
    return warn('store', text, "Have the database's owner run docket store migrate, and docket store roles.");
  if (may === 'read') return warn('store', text, 'Trials cannot be added. What a role needs is printed by docket store roles.');
  if (failures === 0) return ok('store', text);
  return warn('store', `${text}; ${count(failures)} ended by infra errors`, 'Run the same evaluation again: it retries these.');
}

async function diskCheck({ root, store }: LoadedConfig): Promise<Check> {
  const folder = await stat(dirname(store)).then(
    () => dirname(store),
    () => root,
  );
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const text = `${(free / 1024 ** 3).toFixed(1)} GB free`;
  return free >= littleSpace ? ok('disk', text) : warn('disk', text, 'Free some space: trials that cannot be stored are lost.');
}

function shown(path: string): string {
  return relative(process.cwd(), path) || '.';
}
