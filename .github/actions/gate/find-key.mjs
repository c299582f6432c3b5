import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { isLink, linkOnTheWay } from './checkout-file.mjs';
import { comparedWords, runDocket } from './docket-command.mjs';
import { editionsFile, isTracked } from './editions.mjs';
import { annotate, required, setOutput } from './workflow-commands.mjs';

const branch = process.env.GITHUB_HEAD_REF || process.env.GITHUB_REF;
if (branch && isTracked())
  annotate(
    'notice',
    `${editionsFile} is tracked by git, or git cannot tell: what the editions of this branch are accused of is not carried from run to run.`,
  );
else if (branch && isCarried(editionsFile)) {
  // Keys take no commas, and names of branches do.
  setOutput(
    'branch',
    createHash('sha256')
      .update(`${required('DOCKET_DIRECTORY')}\n${branch}`)
      .digest('hex')
      .slice(0, 32),
  );
  setOutput('editions', posix.join(required('DOCKET_DIRECTORY'), editionsFile));
}

// Names of caches and artifacts take no slash.
const { DOCKET_SHARD: shard } = process.env;
if (shard) setOutput('shard', /^\d+\/\d+$/.test(shard) ? shard.replace('/', '-of-') : 'unknown');

const { code, stdout } = await runDocket(['fingerprint', '--json', ...comparedWords()], { captured: true });
const found = code === 0 ? read(stdout) : undefined;
if (found) {
  setOutput('key', found.key);
  // With its -wal and -shm, should the store not have been closed.
  setOutput('path', `${posix.join(required('DOCKET_DIRECTORY'), found.store)}*`);
  setOutput('store', found.store);
  setOutput('fingerprint', found.fingerprint);
  setOutput('downloads', posix.join(required('RUNNER_TEMP'), 'docket-shards'));
} else {
  // The gate itself says what is wrong, and is red for it.
  annotate('notice', 'No key for the trials was found, so none are kept between runs. The step "Run the gate" says why.');
}

/**
 * @param {string} text
 * @returns {{ readonly key: string, readonly store: string, readonly fingerprint: string } | undefined}
 */
function read(text) {
  try {
    const { key, store, candidate } = JSON.parse(text);
    return /^[\w-]{1,200}$/.test(key) && typeof store === 'string' && isCarried(store)
      ? { key, store, fingerprint: String(candidate?.fingerprint) }
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * True for a path below this folder that a cache may take, and that leads through no link: the cache would take what lies behind it, and put
 * there what it has.
 * @param {string} store
 */
function isCarried(store) {
  const plain = /^[^*?[\]!\r\n\\]{1,400}$/.test(store) && !store.startsWith('/') && !store.split('/').includes('..');
  return plain && linkOnTheWay(store) === undefined && ['', '-wal', '-shm'].every((ending) => !isLink(`${store}${ending}`));
}
