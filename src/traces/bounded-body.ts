/** The body of an answer or a request, or undefined when it is longer: whoever never stops sending must not fill the memory. */
export async function boundedBody(response: Pick<Response, 'body'>, longestBytes: number): Promise<Uint8Array | undefined> {
  if (!response.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    // Leaving the loop closes the connection.
    if (length > longestBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
