import { Name } from '../../reporters/page/foreign.tsx';
import type { Refusal } from './ask.ts';

/** Why there is nothing to see, and what to do. */
export function RefusalNote({ refusal }: { readonly refusal: Refusal }) {
  return (
    <p class="note warn" role="alert">
      <Name text={refusal.message} />
    </p>
  );
}
