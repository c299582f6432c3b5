/** Shorter ones are no secrets but words that a local server wants to see, and stand in ordinary text: `placeholder`. */
const shortestKey = 16;

/** Takes the key out of something that can be written as JSON; what does not hold it comes back as it is. */
export type KeyRemover = <Value>(said: Value) => Value;

/**
 * Makes a remover of the key from what a server said, in small or capital letters: whoever was given the key can give it back, as a
 * request's id or in the model's words, and what was said is stored, shown and published.
 */
export function keyRemover(apiKey: string | undefined): KeyRemover {
  if (apiKey === undefined || apiKey.length < shortestKey) return (said) => said;
  // As JSON writes it.
  const written = JSON.stringify(apiKey).slice(1, -1);
  const key = new RegExp(written.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'gi');
  return <Value>(said: Value): Value => {
    const text = JSON.stringify(said);
    const left = text.replace(key, '[key removed]');
    return left === text ? said : (JSON.parse(left) as Value);
  };
}
