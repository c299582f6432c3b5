/** An annotation that a runner would show. */
export interface Annotation {
  readonly level: string;
  readonly file?: string;
  readonly message: string;
}

/** Reads a log as a runner does: lines that are workflow commands, except where commands are stopped. Throws for any other command. */
export function annotationsIn(log: string): Annotation[] {
  const annotations: Annotation[] = [];
  let stopped: string | undefined;
  for (const line of log.split('\n')) {
    const [, command = '', properties = '', message = ''] = /^\s*::([\w-]+)(?: ([^:]*))?::(.*)$/.exec(line) ?? [];
    if (stopped !== undefined) {
      if (command === stopped) stopped = undefined;
    } else if (command === 'stop-commands') {
      stopped = message;
    } else if (['error', 'warning', 'notice'].includes(command)) {
      const file = /(?:^|,)file=([^,]*)/.exec(properties)?.[1];
      annotations.push({ level: command, message: decode(message), ...(file === undefined ? {} : { file: decode(file) }) });
    } else if (command !== '') {
      throw new Error(`A workflow command that nobody meant to give: ${line}`);
    }
  }
  if (stopped !== undefined) throw new Error('Workflow commands were stopped and never allowed again.');
  return annotations;
}

function decode(text: string): string {
  return text.replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');
}
