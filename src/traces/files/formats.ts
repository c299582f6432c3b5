import type { JsonObject } from '../../contracts/json.ts';
import { atifTrajectory } from './atif-trajectory.ts';
import { claudeCodeSession } from './claude-code-session.ts';
import type { FileFormat } from './file-format.ts';
import { flatSpans } from './flat-spans.ts';
import { jaeger } from './jaeger.ts';
import { langsmithRuns } from './langsmith-runs.ts';
import { messageLists } from './message-lists.ts';
import { phoenixSpans } from './phoenix-spans.ts';

/** Every format that is read beside OTLP, by the name that its traces are stored under. */
export const fileFormats = {
  jaeger,
  phoenix: phoenixSpans,
  langsmith: langsmithRuns,
  'claude-code': claudeCodeSession,
  atif: atifTrajectory,
  cloudwatch: flatSpans,
  messages: messageLists,
} as const satisfies Readonly<Record<string, FileFormat>>;

/** All of them in words. */
export const formatTitles = Object.values(fileFormats).map(({ title }) => title);

/** A format with its name. */
export interface KnownFormat {
  readonly name: string;
  readonly format: FileFormat;
}

/** The format that a record is in. */
export function formatOf(first: JsonObject): KnownFormat | undefined {
  const found = Object.entries<FileFormat>(fileFormats).find(([, format]) => format.recognises(first));
  return found && { name: found[0], format: found[1] };
}
