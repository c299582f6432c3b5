import { loadConfig } from '../../flows/load-config.ts';
import { measureDurations } from '../../flows/shards/measure-durations.ts';
import { count, counted, duration } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { CommandContext } from '../command/command-context.ts';
import { shownPath } from '../command/report-files.ts';
import { printJson } from '../terminal/plain-json.ts';

/** Most cases that are named. */
const mostNamed = 5;

/** Measures how long cases take, writes it, and shows the slowest. */
export async function runDurations({ json }: { readonly json?: boolean }, { terminal, invocation }: CommandContext): Promise<void> {
  const { out, note } = terminal;
  const config = await loadConfig(invocation.directory);
  const { file, durations, unmeasured, changed } = await measureDurations(config, (message) => note.line(plainLine(message)));
  if (json) {
    printJson({ kind: 'durations', file, changed, cases: Object.fromEntries(durations), unmeasured }, out);
    return;
  }
  const slowest = [...durations].sort(([, one], [, other]) => other - one).slice(0, mostNamed);
  const lines = [
    ` ${counted(durations.size, 'case')} measured, ${count(changed)} changed${unmeasured.length > 0 ? `; of ${counted(unmeasured.length, 'other')} no trial is stored` : ''}`,
    ` slowest: ${slowest.map(([id, milliseconds]) => `${plainLine(id)} ${duration(milliseconds)}`).join(', ')}`,
    ` written to ${shownPath(file)}: commit it, so that all shards divide alike`,
  ];
  for (const line of ['', ...lines, '']) out.line(line);
}
