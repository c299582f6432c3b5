import type { ComponentChildren } from 'preact';

/** Holds a table that may be wider than the page. */
export function ScrollBox({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it, a keyboard cannot scroll the table sideways
    <section class="scroll-x" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
