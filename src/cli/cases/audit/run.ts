import { existsSync } from 'node:fs';
import { exitCodes } from '../../../contracts/docket-error.ts';
import { auditProject, openDisputes } from '../../../flows/audit-labels/index.ts';
import { type LoadedConfig, loadConfig } from '../../../flows/load-config.ts';
import { type PreparedVersion, prepareInEveryMode } from '../../../flows/session.ts';
import { counted } from '../../../text/figures.ts';
import { plainLine } from '../../../text/hostile-text.ts';
import { openTrialStoreToRead } from '../../../trials/open-trial-store.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { printJson } from '../../terminal/plain-json.ts';
import { damageNote } from '../../traces/damage-note.ts';
import { shownFile } from '../review/view.ts';

export interface AuditCommandOptions {
  readonly mark?: boolean;
  readonly series: string;
  readonly json?: boolean;
}

/** Audits the labels and prints suspects with what speaks against them. */
export async function runAudit({ mark, series, json }: AuditCommandOptions, context: CommandContext): Promise<void> {
  const { out } = context.terminal;
  const config = await loadConfig(context.invocation.directory);
  const store =
    config.store !== ':memory:' && existsSync(config.store)
      ? openTrialStoreToRead(config.store, { onDamage: damageNote(context.terminal.note) })
      : undefined;
  try {
    const audit = auditProject({ config, series, ...(store ? { store, witnesses: await witnessesOf(config) } : {}) });
    const { cases, suspects, triedCases } = audit;
    const files = mark ? openDisputes(audit, config).map(shownFile) : [];
    if (suspects.length > 0) context.exit(exitCodes.regressed);
    if (json) {
      printJson({ kind: 'label-audit', cases: cases.length, triedCases, suspects, ...(mark ? { files } : {}) }, out);
      return;
    }
    const tried = triedCases > 0 ? `, ${counted(triedCases, 'case')} with stored trials of several versions` : '';
    if (suspects.length === 0) out.line(`${out.style('green', '✓')} ${counted(cases.length, 'label')} audited${tried}: none are suspect.`);
    for (const { caseId, by, reason } of suspects) {
      out.line(`${out.style('red', '✗')} ${plainLine(caseId)} (${by}): ${plainLine(reason)}`);
    }
    for (const file of files) out.line(`  dispute opened: ${plainLine(file)}`);
    if (suspects.length > 0) {
      const accused = new Set(suspects.map(({ caseId }) => caseId)).size;
      out.line(`${accused} of ${counted(cases.length, 'label')} ${accused === 1 ? 'is' : 'are'} suspect${tried}. ${nextStep(mark)}`);
    }
  } finally {
    store?.close();
  }
}

function nextStep(mark = false): string {
  return mark
    ? 'A disputed case does not count until a person writes the "resolution" into its file.'
    : 'Correct the label, or open a dispute: docket cases audit --mark';
}

/** The configured versions as each model mode knows them; what a real model said counts before what the simulated one did. */
function witnessesOf(config: LoadedConfig): Promise<PreparedVersion[][]> {
  const { current, versions = [current] } = config;
  const names = [...new Set([current, ...versions])];
  return prepareInEveryMode(config, names);
}
