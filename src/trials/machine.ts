import { readFileSync, readlinkSync } from 'node:fs';

/**
 * Names this machine since it started, and the processes that see each other on it; undefined where the system does not say. Two containers of one machine
 * have different names, though their processes may have the same numbers.
 */
export function machineName(): string | undefined {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}

/** Names a process of this machine: its number, which is used again one day, and when it began. Undefined where there is none. */
export function processName(id: number | string): string | undefined {
  try {
    // What stands in brackets is the program's own name, and may be anything; of what follows, the 20th is the start.
    const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended, and its parent has not looked yet.
    return fields[0] === 'Z' ? undefined : `${id} ${fields[19]}`;
  } catch {
    return undefined;
  }
}
