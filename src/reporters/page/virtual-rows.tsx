import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

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

/** A long list of which only the visible rows are drawn. */
export function VirtualRows({ label, rows, rowHeight, selected, children }: VirtualRowsProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ top: 0, height: 800 });
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
  const first = Math.max(0, Math.floor(seen.top / rowHeight) - margin);
  const last = Math.min(rows, Math.ceil((seen.top + seen.height) / rowHeight) + margin);
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
    </div>
  );
}
