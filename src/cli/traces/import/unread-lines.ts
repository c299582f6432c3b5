import { count } from '../../../text/figures.ts';
import { plainLine } from '../../../text/hostile-text.ts';
import type { UnreadGroup } from '../../../traces/unread-tally.ts';

/** What could not be read, a reason a line, with how often and where. */
export function unreadLines(groups: readonly UnreadGroup[]): string[] {
  return groups.map(({ reason, count: often, examples }) => {
    const more = often > examples.length ? ', …' : '';
    return `${count(often)}× ${plainLine(reason)} (${examples.map(plainLine).join('; ')}${more})`;
  });
}
