import { Foreign } from '../../../reporters/page/foreign.tsx';

/** What of the store is damaged, and so not shown. */
export function DamageNotes({ damage }: { readonly damage: readonly string[] }) {
  if (damage.length === 0) return null;
  return (
    <div class="note warn" role="status">
      {damage.map((each) => (
        <p key={each}>
          <Foreign text={each} />
        </p>
      ))}
    </div>
  );
}
