import { exitCodes } from '../../../contracts/docket-error.ts';
import { openDisputes } from '../../../flows/audit-labels/index.ts';
import { auditWithTrials } from '../../../flows/audit-labels/open-questions.ts';
import { loadConfig } from '../../../flows/load-config.ts';
import { counted } from '../../../text/figures.ts';
import { plainLine } from '../../../text/hostile-text.ts';
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
  const audit = await auditWithTrials(config, series, damageNote(context.terminal.note));
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
}

function nextStep(mark = false): string {
  return mark
    ? 'A disputed case does not count until a person writes the "resolution" into its file.'
    : 'Correct the label, or open a dispute: docket cases audit --mark';
}
