import { Foreign, Name } from '../../../reporters/page/foreign.tsx';
import type { ReadableFieldAnswer } from '../../api/draft-shapes.ts';

/** Fields in words and units; an image is shown, a document is offered for saving. */
export function FieldList({ fields, empty = 'Nothing.' }: { readonly fields: readonly ReadableFieldAnswer[]; readonly empty?: string }) {
  if (fields.length === 0) return <p class="soft">{empty}</p>;
  return (
    <dl class="told">
      {fields.map((each) => (
        <div key={each.field}>
          <dt>
            <Name text={each.label} />
            {each.help !== undefined && each.help !== each.label && (
              <small>
                <Name text={each.help} />
              </small>
            )}
          </dt>
          <dd class={each.text.length > 60 ? 'prose' : ''}>
            {each.attached?.isImage && <img class="attached" src={each.attached.url} alt={`Attached: ${each.text}`} />}
            {each.attached && !each.attached.isImage ? (
              <a href={each.attached.url} download={`${each.field.replace(/[^\w.-]+/g, '-')}.pdf`}>
                <Name text={`Save ${each.text}`} />
              </a>
            ) : (
              <Foreign text={each.text} />
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
