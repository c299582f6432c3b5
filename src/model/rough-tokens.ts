/** A rough count, four characters a token. */
const charactersOfToken = 4;

/** What an image has at most; of a document, what so many bytes of it have. */
const tokensOfImage = 1600;
const bytesOfPage = 50_000;

/** About how many tokens a part of a request has: what is there as base64 counts as what it shows. */
export function roughTokens(value: unknown): number {
  let shown = 0;
  const text = JSON.stringify(value, function (this: { readonly type?: unknown; readonly media_type?: unknown }, key, member: unknown) {
    if (key !== 'data' || this.type !== 'base64' || typeof member !== 'string') return member;
    shown += tokensOfImage * (this.media_type === 'application/pdf' ? Math.ceil((member.length * 3) / 4 / bytesOfPage) : 1);
    return '';
  });
  return Math.ceil((text ?? '').length / charactersOfToken) + shown;
}
