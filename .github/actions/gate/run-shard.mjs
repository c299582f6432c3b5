import { copyFileSync, lstatSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { linkOnTheWay } from './checkout-file.mjs';
import { comparedWords, runDocket } from './docket-command.mjs';
import { annotate, required, setOutput } from './workflow-commands.mjs';

const { DOCKET_BUDGET: budget, DOCKET_STORE_SECRET: secret } = process.env;
const shard = required('DOCKET_SHARD');

if (!secret) {
  // A pull request of a fork has none.
  annotate(
    'notice',
    `Shard ${shard} runs nothing: there is no store-secret here, and the job that judges takes no trials that nobody signed. It runs them itself.`,
  );
  setOutput('exit-code', '0');
} else {
  const { code } = await runDocket(['gate', `--shard=${shard}`, ...comparedWords(), ...(budget ? [`--budget=${budget}`] : [])], {
    captured: false,
  });
  setOutput('exit-code', String(code));
  setOutput('folder', collectShard() ?? '');
}

/**
 * Copies what the shard left out of the checkout; undefined when it left nothing, because it did not come to its end.
 * @returns {string | undefined}
 */
function collectShard() {
  const from = `.docket/shards/${shard.replace('/', '-of-')}`;
  const names = ['docket.db', 'shard.json'];
  if (linkOnTheWay(`${from}/shard.json`) !== undefined) return undefined;
  if (!names.every((name) => lstatSync(join(from, name), { throwIfNoEntry: false })?.isFile())) return undefined;
  const folder = mkdtempSync(join(required('RUNNER_TEMP'), 'docket-shard-'));
  for (const name of names) copyFileSync(join(from, name), join(folder, name));
  return folder;
}
