import { Name } from './foreign.tsx';

/** The command that shows all of it again. */
export function RerunLine({ command }: { readonly command: string }) {
  return (
    <p class="rerun">
      <span class="soft">Rerun:</span>{' '}
      <code>
        <Name text={command} />
      </code>
    </p>
  );
}
