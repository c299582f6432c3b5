import { type Command, Option } from 'commander';
import type { ModelMode } from '../../contracts/model-mode.ts';
import { modelModes } from '../../contracts/model-modes.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { CommandContext } from '../command/command-context.ts';
import { printJson } from '../terminal/plain-json.ts';

interface FingerprintOptions {
  readonly candidate?: string;
  readonly against?: string;
  readonly mode?: ModelMode;
  readonly json?: boolean;
}

const help = `
The fingerprint changes with everything that can change an answer, and with nothing else. The key combines it with the
epoch of main's baseline. Save and restore the trial store under this key in CI, and the gate continues where it stopped:
the same change always gets the same verdict. Calls no model.

Examples
  docket fingerprint
  docket fingerprint --candidate v2 --against origin/main --json

Exit codes
  0 printed    2 no baseline, no common commit with main, or an unknown version`;

/** `docket fingerprint`: what identifies the candidate and its trials. */
export function addFingerprintCommand(program: Command, context: CommandContext): void {
  program
    .command('fingerprint')
    .summary('print what identifies the candidate and its trials')
    .description("Prints the candidate's fingerprint and the key under which a gate's trials are kept.")
    .option('--candidate <version>', 'version of this checkout (default: the current one)')
    .option('--against <ref>', 'branch or commit to compare with (default: main)')
    .addOption(new Option('--mode <mode>', "which model would answer (default: the baseline's mode)").choices(modelModes))
    .option('--json', 'print as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action((options: FingerprintOptions) => printFingerprint(options, context));
}

async function printFingerprint(
  { json, ...options }: FingerprintOptions,
  { terminal: { out, note, environment }, invocation }: CommandContext,
): Promise<void> {
  const { storeKey } = await import('../../flows/gate/store-key.ts');
  const found = await storeKey({
    ...options,
    directory: invocation.directory,
    environment,
    signal: new AbortController().signal,
    warn: (message) => note.line(plainLine(message)),
  });
  if (json) {
    printJson({ kind: 'fingerprint', ...found }, out);
    return;
  }
  const { key, mode, candidate, epoch, store } = found;
  out.line(`candidate    ${plainLine(candidate.name)}`);
  out.line(`fingerprint  ${candidate.fingerprint} · ${mode}`);
  out.line(`baseline     epoch ${epoch}`);
  out.line(`key          ${key}`);
  out.line(`store        ${store === undefined ? 'none: trials are not kept' : plainLine(store)}`);
}
