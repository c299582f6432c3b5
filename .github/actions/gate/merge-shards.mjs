import { existsSync, readdirSync } from 'node:fs';
import { runDocket } from './docket-command.mjs';
import { annotate, required } from './workflow-commands.mjs';

// Whatever becomes of it, the gate says the verdict: what is not merged it runs itself. So nothing here fails the job, and all of it is told.
const downloads = required('DOCKET_DOWNLOADS');
const shards = required('DOCKET_SHARDS');

if (!existsSync(downloads) || readdirSync(downloads).length === 0) {
  annotate('notice', `None of the ${shards} shards left any trials, so the gate runs all of them itself.`);
} else {
  const { code, stdout } = await runDocket(['merge', downloads, `--into=${required('DOCKET_MERGE_INTO')}`, '--allow-missing', '--json'], {
    captured: true,
  });
  const merged = read(stdout);
  if (code !== 0 || merged?.kind !== 'merged-stores') {
    annotate(
      'warning',
      `The trials of the shards could not be merged, so the gate runs what it needs itself: ${merged?.message ?? `docket merge ended with ${code}`}`,
    );
  } else {
    const { run, sources, missing, notes } = merged;
    if (run && String(run.shards) !== shards.trim())
      annotate('warning', `The shards are parts of ${run.shards}, and this job was told of ${shards}: give both the same number.`);
    const [candidate] = run?.versions ?? [];
    const { DOCKET_FINGERPRINT: judged } = process.env;
    if (run?.trials > 0 && judged && candidate?.fingerprint !== judged)
      annotate(
        'warning',
        `The shards ran another candidate (${String(candidate?.fingerprint).slice(0, 12)}) than is judged here (${judged.slice(0, 12)}), so none of their trials counts. Are all jobs of one commit?`,
      );
    for (const sentence of [...missing, ...notes]) annotate('warning', sentence);
    if (missing.length > 0) annotate('notice', 'The gate runs what is missing itself.');
    const taken = sources.reduce((sum, source) => sum + source.taken, 0);
    console.log(`${taken} trials of ${sources.length} shards were taken.`);
  }
}

/**
 * @param {string} text
 * @returns {any}
 */
function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
