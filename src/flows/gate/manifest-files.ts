import { basename } from 'node:path';

/** Files that say which packages a program needs, and which of them were locked, by language. */
const manifests: readonly RegExp[] = [
  // JavaScript
  /^(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|pnpm-(?:lock|workspace)\.yaml|yarn\.lock|bun\.lockb?|deno\.(?:jsonc?|lock)|\.npmrc|\.nvmrc|\.node-version)$/,
  // Python
  /^(?:pyproject\.toml|(?:uv|poetry|pdm|pixi)\.lock|Pipfile(?:\.lock)?|(?:.*[-_.])?requirements(?:[-_.].*)?\.(?:txt|in)|setup\.(?:py|cfg)|constraints\.txt|\.python-version|environment\.ya?ml)$/,
  // Ruby, PHP, Go, Rust, Elixir, .NET, the JVM
  /^(?:Gemfile(?:\.lock)?|composer\.(?:json|lock)|go\.(?:mod|sum|work)|Cargo\.(?:toml|lock)|mix\.(?:exs|lock)|packages\.lock\.json|pom\.xml|build\.gradle(?:\.kts)?|gradle\.lockfile)$/,
];

/** True for a file that names or locks packages: it goes with the code that needs them. */
export function isManifest(path: string): boolean {
  const name = basename(path);
  return manifests.some((pattern) => pattern.test(name));
}
