import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** What an orchestrator starts: a program in file system, user and process numbers of its own. */
export interface ContainerOptions {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly user: number;
  /** The working folder, and the folder of this machine that it is. */
  readonly workdir: string;
  readonly project: string;
  /** Folders that are empty and may be written, each of this container alone. */
  readonly temporary: readonly string[];
  /** Folders of this machine that may be written, by where they are inside. */
  readonly volumes: Readonly<Record<string, string>>;
  /** What stands in files below /run/secrets, by name. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** How a container ended. */
export interface ContainerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly seconds: number;
}

const bound = ['usr', 'bin', 'sbin', 'lib', 'lib64'];
const copied = ['nsswitch.conf', 'resolv.conf', 'ssl', 'ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'alternatives', 'localtime'];

/** Everything is read-only but what is named; the first process has number 1, the user's own rights and no more. */
const script = `
set -e
mount --make-rprivate /
mount -t tmpfs -o mode=755 root "$root"
for name in ${bound.join(' ')}; do
  if [ -L "/$name" ]; then cp -P "/$name" "$root/$name"
  elif [ -d "/$name" ]; then mkdir "$root/$name"; mount --bind "/$name" "$root/$name"; mount -o remount,bind,ro "$root/$name"
  fi
done
mkdir -p "$root/dev" "$root/proc" "$root/etc" "$root/tmp" "$root/run/secrets" "$root/home/node" "$root$workdir"
mount --bind "$node" "$root/usr/local/bin"
mount -o remount,bind,ro "$root/usr/local/bin"
mount --bind "$etc" "$root/etc"
mount -o remount,bind,ro "$root/etc"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount --bind "$project" "$root$workdir"
mount -o remount,bind,ro "$root$workdir"
mount --bind "$secrets" "$root/run/secrets"
mount -o remount,bind,ro "$root/run/secrets"
for place in $temporary; do
  mkdir -p "$root$place"
  mount -t tmpfs -o "mode=1777,uid=$user,gid=$user,noexec,nosuid,nodev" temporary "$root$place"
done
for pair in $volumes; do
  mkdir -p "$root\${pair#*:}"
  mount --bind "\${pair%%:*}" "$root\${pair#*:}"
done
mount -o remount,ro "$root"
exec chroot "$root" setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all /bin/sh -c 'cd "$0" && exec env -i "$@"' "$workdir" "$@"
`;

/** Why there can be no containers here; undefined where there can. */
export function whyNoContainers(): string | undefined {
  if (process.platform !== 'linux') return 'namespaces of Linux are needed';
  if (process.getuid?.() !== 0) return 'root is needed, to become another user in a file system that is read-only';
  return undefined;
}

/** A program as a container engine runs it, made of the system's own tools: `unshare`, `mount`, `chroot` and `setpriv`. */
export class Container {
  readonly ended: Promise<ContainerEnd>;
  readonly #process: ChildProcess;
  #text = '';

  /** @param scratch a folder for what belongs to it */
  constructor(scratch: string, { words, environment, user, workdir, project, temporary, volumes, secrets }: ContainerOptions) {
    const folder = mkdtempSync(join(scratch, 'container-'));
    const root = join(folder, 'root');
    mkdirSync(root);
    const etc = writeEtc(folder, user);
    const secretsFolder = join(folder, 'secrets');
    mkdirSync(secretsFolder);
    for (const [name, text] of Object.entries(secrets)) {
      writeFileSync(join(secretsFolder, name), `${text}\n`, { mode: 0o400 });
      chownSync(join(secretsFolder, name), user, user);
    }
    const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const begun = performance.now();
    this.#process = spawn(
      'unshare',
      ['--mount', '--pid', '--fork', '--kill-child=KILL', '/bin/sh', '-c', script, 'container', ...variables, ...words],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...{
            PATH: process.env.PATH,
            root,
            etc,
            project,
            workdir,
            secrets: secretsFolder,
            user: String(user),
            node: dirname(process.execPath),
          },
          temporary: temporary.join(' '),
          volumes: Object.entries(volumes)
            .map(([at, from]) => `${from}:${at}`)
            .join(' '),
        },
      },
    );
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.setEncoding('utf8').on('data', (some: string) => {
        this.#text += some;
      });
    this.ended = new Promise((resolve, reject) => {
      this.#process.once('error', reject);
      this.#process.once('close', (code, signal) => resolve({ code, signal, seconds: (performance.now() - begun) / 1000 }));
    });
  }

  /** What it printed so far. */
  get printed(): string {
    return this.#text;
  }

  /** Its first process, as this machine counts. */
  get #first(): number | undefined {
    const { pid } = this.#process;
    try {
      const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
      return first ? Number(first) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Sends its first process a signal, as `docker stop` and the kubelet do. */
  signal(name: NodeJS.Signals): void {
    const first = this.#first;
    if (first !== undefined) process.kill(first, name);
  }

  /** True while a process in it has this in its command line. */
  runs(words: string): boolean {
    const first = this.#first;
    if (first === undefined) return false;
    const place = namespaceOf(first);
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .some((id) => namespaceOf(id) === place && commandOf(id).includes(words));
  }

  /** Most memory that its first process has had, in MB. */
  get peakMemory(): number {
    const first = this.#first;
    const text = first === undefined ? '' : readFileSync(`/proc/${first}/status`, 'utf8');
    return Math.round(Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024);
  }
}

function writeEtc(folder: string, user: number): string {
  const etc = join(folder, 'etc');
  mkdirSync(etc);
  for (const name of copied)
    if (existsSync(join('/etc', name))) cpSync(join('/etc', name), join(etc, name), { recursive: true, dereference: true });
  writeFileSync(join(etc, 'passwd'), `root:x:0:0::/root:/bin/sh\nnode:x:${user}:${user}::/home/node:/bin/sh\n`);
  writeFileSync(join(etc, 'group'), `root:x:0:\nnode:x:${user}:\n`);
  // The database is another machine to whoever looks for it by this name.
  writeFileSync(join(etc, 'hosts'), '127.0.0.1 localhost postgres\n');
  writeFileSync(join(etc, 'gitconfig'), '[safe]\n\tdirectory = /app\n');
  chmodSync(etc, 0o755);
  return etc;
}

function namespaceOf(id: number | string): string | undefined {
  try {
    return readlinkSync(`/proc/${id}/ns/pid`);
  } catch {
    return undefined;
  }
}

function commandOf(id: string): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
