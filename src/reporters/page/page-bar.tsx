import { Name } from './foreign.tsx';

export interface PageBarProps {
  /** Whose page it is: the agent's name, or what was compared. */
  readonly of?: string | undefined;
  readonly mode?: string | undefined;
  readonly createdAt: string;
  /** Where the page begins, on a page that has several places. */
  readonly start?: string;
}

/** The bar above a page: whose it is, who answered, and when it was made. */
export function PageBar({ of, mode, createdAt, start }: PageBarProps) {
  return (
    <header class="bar">
      {start === undefined ? (
        <span class="brand">Docket</span>
      ) : (
        <a class="brand" href={start}>
          Docket
        </a>
      )}
      {of !== undefined && (
        <span>
          <Name text={of} />
        </span>
      )}
      {mode !== undefined && <span class={`tag ${mode === 'live' ? 'calm' : 'warn'}`}>{mode} model</span>}
      <time class="soft" dateTime={createdAt}>
        {createdAt.slice(0, 16).replace('T', ' ')} UTC
      </time>
    </header>
  );
}
