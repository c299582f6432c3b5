import { basename } from 'node:path';

/** Programs that load no package of JavaScript, whatever they are given. */
const others =
  /^(?:python[\d.]*|pypy[\d.]*|uvx?|poetry|pipenv|pdm|hatch|pixi|conda|uvicorn|gunicorn|hypercorn|flask|fastapi|ruby|bundle|rails|php|go|cargo|java|gradlew?|mvnw?|dotnet|elixir|mix)(?:\.exe)?$/;

/** True where a command may load any installed package of JavaScript: by Node.js, or by a program of which nobody knows what it starts. */
export function mayLoadAnyPackage([program = '', ...words]: readonly string[]): boolean {
  return !others.test(basename(program)) || words.some((word) => /(?:^|[\\/])(?:node|npx|npm|bun|deno)$|\.[cm]?[jt]sx?$/.test(word));
}
