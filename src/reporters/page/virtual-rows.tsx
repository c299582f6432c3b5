import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { count } from '../../text/figures.ts';

export interface VirtualRowsProps {
  readonly label: string;
  readonly rows: number;
  /** Pixels; every row has the same. */
  readonly rowHeight: number;
  /** Row that is scrolled into view when it changes. */
  readonly selected?: number | undefined;
  readonly children: (row: number) => ComponentChildren;
}

/** Rows above and below the visible ones that are drawn as well, so that scrolling and tabbing find them. */
const margin = 8;

/** Most rows that are printed: some hundred sheets. */
const mostPrinted = 2000;

/** A long list of which only the visible rows are drawn; on paper all of them, or as many as anybody reads there, and how many there are. */
export function VirtualRows({ label, rows, rowHeight, selected, children }: VirtualRowsProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ top: 0, height: 800 });
  const [isPrinting, setPrinting] = useState(false);
  useEffect(() => {
    const begin = () => setPrinting(true);
    const end = () => setPrinting(false);
    addEventListener('beforeprint', begin);
    addEventListener('afterprint', end);
    return () => {
      removeEventListener('beforeprint', begin);
      removeEventListener('afterprint', end);
    };
  }, []);
  const look = () => {
    const element = frame.current;
    if (element) setSeen({ top: element.scrollTop, height: element.clientHeight });
  };
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element || selected === undefined || selected < 0) return;
    const top = selected * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight) element.scrollTop = top + rowHeight - element.clientHeight;
    look();
  }, [selected, rowHeight]);
  const first = isPrinting ? 0 : Math.max(0, Math.floor(seen.top / rowHeight) - margin);
  const last = isPrinting ? Math.min(rows, mostPrinted) : Math.min(rows, Math.ceil((seen.top + seen.height) / rowHeight) + margin);
  return (
    <div class="rows" ref={frame} onScroll={look}>
      <ol aria-label={label} style={{ height: `${rows * rowHeight}px` }}>
        {Array.from({ length: Math.max(0, last - first) }, (_, offset) => first + offset).map((row) => (
          <li
            key={row}
            aria-setsize={rows}
            aria-posinset={row + 1}
            style={{ transform: `translateY(${row * rowHeight}px)`, height: `${rowHeight}px` }}
          >
            {children(row)}
          </li>
        ))}
      </ol>
      {isPrinting && rows > last && (
        <p class="soft">
          Printed are the first {count(last)} of {count(rows)}.
        </p>
      )}
    </div>
  );
}
