import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** How a program that a project installed ended. */
export interface Ended {
  readonly code: number | null;
  /** Standard output and error, as they came. */
  readonly output: string;
}

/** A package manager, in the folder of a project that has a `package.json`. */
export interface PackageManager {
  /** Packages of the registry that it is itself. */
  readonly packages: readonly string[];
  /** Words that install what `package.json` says, writing the lockfile. */
  readonly install: readonly string[];
  /** Words that install exactly what the lockfile says, as CI does. */
  readonly installClean: readonly string[];
  /** Words before a program that the project installed. */
  readonly run: readonly string[];
  /** Files that the project needs for it. */
  readonly files: Readonly<Record<string, string>>;
  /** Whether `node@24` brings its program: Yarn links programs before the script that fetches this one has run. */
  readonly bringsNode: boolean;
  /** Its program, when it is not npm itself. */
  readonly program?: string;
}

/** Without this, pnpm leaves out the scripts that put Node.js and esbuild into place. */
const pnpmSettings = 'allowBuilds:\n  esbuild: true\n  node: true\n  protobufjs: false\n';

export const managers = {
  npm: { packages: [], install: ['install'], installClean: ['ci'], run: ['exec', '--no', '--'], bringsNode: true, files: {} },
  pnpm: {
    packages: ['pnpm'],
    program: 'pnpm',
    install: ['install', '--no-frozen-lockfile'],
    installClean: ['install', '--frozen-lockfile'],
    run: ['exec'],
    bringsNode: true,
    files: { 'pnpm-workspace.yaml': pnpmSettings },
  },
  yarn: {
    packages: ['yarn'],
    program: 'yarn',
    install: ['install', '--no-progress'],
    installClean: ['install', '--frozen-lockfile'],
    run: ['--silent', 'run'],
    bringsNode: false,
    files: {},
  },
  berry: {
    packages: ['@yarnpkg/cli-dist'],
    program: 'yarn',
    install: ['install', '--no-immutable'],
    installClean: ['install', '--immutable'],
    run: ['run'],
    bringsNode: false,
    files: { '.yarnrc.yml': 'nodeLinker: node-modules\nenableScripts: true\nenableTelemetry: false\n' },
  },
} as const satisfies Record<string, PackageManager>;

/** A project in which a package manager installs the tarball. */
export class InstalledProject {
  readonly directory: string;
  readonly manager: PackageManager;
  readonly #tools: string;

  /** @param tools folder in which the package managers are installed */
  constructor(directory: string, tools: string, manager: PackageManager) {
    this.directory = directory;
    this.manager = manager;
    this.#tools = tools;
    for (const [file, text] of Object.entries(manager.files)) writeFileSync(join(directory, file), text);
  }

  /** The same project in another folder, a clone of it. */
  in(directory: string): InstalledProject {
    return new InstalledProject(directory, this.#tools, this.manager);
  }

  /** @throws {Error} with what it printed, when it ends with anything but 0 */
  install(words: readonly string[] = this.manager.install): void {
    const { code, output } = this.#start(words);
    if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}:\n${output}`);
  }

  /** Runs a program that the project installed, `docket` or `vitest`. */
  run(...words: readonly string[]): Ended {
    return this.#start([...this.manager.run, ...words]);
  }

  #start(words: readonly string[]): Ended {
    const { program } = this.manager;
    const { status, stdout, stderr, error } = spawnSync(program ? join(this.#tools, 'node_modules/.bin', program) : 'npm', words, {
      cwd: this.directory,
      encoding: 'utf8',
      env: installEnvironment(),
      // These are scripts of the shell on Windows.
      shell: process.platform === 'win32',
    });
    if (error) throw error;
    return { code: status, output: `${stdout}${stderr}` };
  }
}

/** Installs a manager from the registry, where corepack would ask servers of its own. */
export function installManager(directory: string, { packages }: PackageManager): void {
  if (packages.length === 0) return;
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{ "private": true }');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', ...packages], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
    env: installEnvironment(),
  });
}

/** Of a free machine: this Node.js, no key, nothing that npm told this script about the repository. */
function installEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:npm_|ANTHROPIC_|DOCKET_|OTEL_|NODE_OPTIONS|INIT_CWD)/i.test(name));
  const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`;
  return { ...Object.fromEntries(kept), PATH: path, COREPACK_ENABLE_STRICT: '0', YARN_ENABLE_TELEMETRY: '0', CI: '1' };
}

/** The version of a package that a project has, or undefined. */
export function installedVersion(directory: string, name: string): string | undefined {
  const file = join(directory, 'node_modules', name, 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version : undefined;
}
