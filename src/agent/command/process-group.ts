import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import type { Writable } from 'node:stream';

/** A program, and where and how it is started. No shell reads any of it. */
export interface Program {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** How long output is waited for once a program and its group are gone: only one that left the group can still hold the pipe. */
export const lastWordsMs = 250;

const isWindows = process.platform === 'win32';

/** Starts a program as a process group of its own, which ends with this process, however that ends. */
export function startGroup({ program, arguments: words, directory, environment }: Program): ChildProcessWithoutNullStreams {
  const child = spawn(program, [...words], { cwd: directory, env: environment, detached: !isWindows, windowsHide: true, stdio: 'pipe' });
  if (child.pid !== undefined) guard()?.write(`+${child.pid}\n`);
  // Who reads nothing, or no more, is no fault by itself.
  child.stdin.on('error', () => {});
  return child;
}

/** Ends everything in a program's group: what it started ends with it. One that leaves the group does not. */
export function endGroup(child: ChildProcess): void {
  const { pid } = child;
  // Once only: later the number may be another program's.
  if (pid === undefined || over.has(child)) return;
  over.add(child);
  try {
    if (isWindows) spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { windowsHide: true });
    else process.kill(-pid, 'SIGKILL');
  } catch {
    // All of them are gone.
  }
  guard()?.write(`-${pid}\n`);
}

const over = new WeakSet<ChildProcess>();

let started: Writable | undefined;

/**
 * Knows the groups that run and ends them when this process is gone, because a process that is killed ends nothing itself. Windows has no process groups:
 * there only what ends in good order ends its programs.
 */
function guard(): Writable | undefined {
  if (isWindows || started) return started;
  const child = spawn('/bin/sh', ['-c', guardScript], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], env: {} });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  started = child.stdin;
  return started;
}

const guardScript = `
trap '' HUP INT TERM
groups=
while read -r line; do
  case $line in
    +*) groups="$groups \${line#+}" ;;
    *) left=
      for group in $groups; do [ "$group" = "\${line#-}" ] || left="$left $group"; done
      groups=$left ;;
  esac
done
for group in $groups; do kill -9 "-$group" 2>/dev/null; done
`;
