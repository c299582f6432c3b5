import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';
import type { ContainerOptions } from './container.ts';

/** Folder of the deployment files. */
export const workerFiles = fileURLToPath(new URL('../examples/workers', import.meta.url));

/** What a person puts into the secrets. */
export interface SecretValues {
  /** The database's address for its owner, and for the workers. */
  readonly owner: string;
  readonly worker: string;
  readonly key: string;
}

/** What a container is started on. */
export interface Place {
  readonly project: string;
  /** Folder of this machine for the reports. */
  readonly reports: string;
  readonly scratch: string;
  readonly values: SecretValues;
  readonly words: readonly string[];
}

/** One kind of container that a deployment file describes. */
export interface Deployed {
  /** Of the program itself, without what the image puts before it. */
  readonly words: readonly string[];
  readonly user: number;
  readonly replicas: number;
  /** Between the signal to end and the one that kills. */
  readonly graceSeconds: number;
  readonly restarts: boolean;
  readonly isReadOnly: boolean;
  /** Folders that it may write. */
  readonly writable: readonly string[];
  options(place: Place): ContainerOptions;
}

/** What a deployment file says. */
export interface Deployment {
  readonly file: string;
  readonly migrate: Deployed;
  readonly worker: Deployed;
  readonly planner: Deployed;
}

interface Image {
  readonly entrypoint: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly user: number;
  readonly workdir: string;
}

interface Service {
  readonly command: readonly string[];
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly volumes?: readonly string[];
  readonly restart?: string;
  readonly stop_grace_period?: string;
  readonly deploy?: { readonly replicas?: number };
  readonly secrets: readonly (string | { readonly source: string; readonly target: string })[];
}

interface KubernetesContainer {
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly valueFrom: { readonly secretKeyRef: { readonly key: string } } }[];
  readonly envFrom?: readonly { readonly secretRef: { readonly name: string } }[];
  readonly securityContext: { readonly readOnlyRootFilesystem?: boolean };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Pod {
  readonly restartPolicy?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext: { readonly runAsUser: number; readonly fsGroup: number };
  readonly initContainers?: readonly KubernetesContainer[];
  readonly containers: readonly [KubernetesContainer];
}

interface Workload {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly replicas?: number; readonly template: { readonly spec: Pod } };
}

const read = (name: string) => readFileSync(join(workerFiles, name), 'utf8');

/** What the image brings. The one that ends for others (`tini`) is left out where this machine does not have it. */
function readImage(): Image {
  const text = read('Dockerfile');
  const [, entrypoint = '[]'] = /^ENTRYPOINT (\[.*\])$/m.exec(text) ?? [];
  const [, user = ''] = /^USER (\d+)/m.exec(text) ?? [];
  const [, workdir = ''] = /^WORKDIR (.*)$/m.exec(text) ?? [];
  const [, path = ''] = /^ENV PATH=(.*)$/m.exec(text) ?? [];
  const words = JSON.parse(entrypoint) as string[];
  const hasTini = existsSync('/usr/bin/tini');
  const ownPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  return {
    entrypoint: hasTini ? words : words.slice(words.indexOf('--') + 1),
    environment: { PATH: path.replace('$PATH', ownPath), HOME: '/home/node' },
    user: Number(user),
    workdir,
  };
}

/** What `docker compose` reads. */
export function readCompose(): Deployment {
  const image = readImage();
  const { services } = parse(read('docker-compose.yml'), { merge: true }) as { readonly services: Readonly<Record<string, Service>> };
  const values = ({ owner, worker, key }: SecretValues): Readonly<Record<string, string>> => ({
    store_owner: owner,
    store: worker,
    ANTHROPIC_API_KEY: key,
  });
  const deployed = (name: string): Deployed => {
    const service = services[name] as Service;
    const temporary = (service.tmpfs ?? []).map((text) => text.split(':')[0] ?? '');
    const volumes = (service.volumes ?? []).map((text) => text.split(':')[1] ?? '');
    return {
      words: service.command,
      user: image.user,
      replicas: service.deploy?.replicas ?? 1,
      graceSeconds: Number.parseInt(service.stop_grace_period ?? '10s', 10),
      restarts: service.restart === 'always',
      isReadOnly: service.read_only === true,
      writable: [...temporary, ...volumes],
      options: ({ project, reports, values: given, words }) => ({
        ...{ environment: image.environment, user: image.user, workdir: image.workdir, project, temporary },
        words: [...image.entrypoint, ...words],
        volumes: Object.fromEntries(volumes.map((at) => [at, reports])),
        secrets: Object.fromEntries(
          service.secrets.map((secret) => {
            const { source, target } = typeof secret === 'string' ? { source: secret, target: secret } : secret;
            return [target, values(given)[source] ?? ''];
          }),
        ),
      }),
    };
  };
  return { file: 'docker-compose.yml', migrate: deployed('migrate'), worker: deployed('worker'), planner: deployed('planner') };
}

/** What a cluster is given. */
export function readManifest(): Deployment {
  const image = readImage();
  const workloads = parseAllDocuments(read('kubernetes.yaml')).map((document) => document.toJS() as Workload);
  const deployed = (name: string): Deployed => {
    const workload = workloads.find(({ metadata, kind }) => metadata.name === name && kind !== 'PodDisruptionBudget') as Workload;
    const pod = workload.spec.template.spec;
    const [container] = pod.containers;
    return {
      words: container.args ?? [],
      user: pod.securityContext.runAsUser,
      replicas: workload.spec.replicas ?? 1,
      graceSeconds: pod.terminationGracePeriodSeconds ?? 30,
      restarts: workload.kind === 'Deployment',
      isReadOnly: [container, ...(pod.initContainers ?? [])].every(({ securityContext }) => securityContext.readOnlyRootFilesystem),
      writable: container.volumeMounts.map(({ mountPath }) => mountPath),
      options({ project, reports, values, scratch, words }) {
        // Of each pod its own, empty, and of the group that the pod names.
        const volume = new Map<string, string>();
        for (const { name: of } of container.volumeMounts) {
          const folder = of === 'reports' ? reports : mkdtempSync(join(scratch, 'volume-'));
          chownSync(folder, 0, pod.securityContext.fsGroup);
          chmodSync(folder, 0o2777);
          volume.set(of, folder);
        }
        for (const { command, volumeMounts } of pod.initContainers ?? []) {
          const [, , from = '', to = ''] = command ?? [];
          const at = volume.get(volumeMounts.find(({ mountPath }) => to.startsWith(mountPath))?.name ?? '') ?? '';
          mkdirSync(at, { recursive: true });
          cpSync(join(project, from.replace(image.workdir, '')), at, { recursive: true });
        }
        const secrets: Readonly<Record<string, string>> = { owner: values.owner, worker: values.worker };
        const variables = (container.env ?? []).map(({ name: as, valueFrom }) => [as, secrets[valueFrom.secretKeyRef.key] ?? '']);
        return {
          ...{ user: pod.securityContext.runAsUser, workdir: image.workdir, project, temporary: [], secrets: {} },
          words: [...(container.command ?? image.entrypoint), ...words],
          environment: {
            ...image.environment,
            ...Object.fromEntries(variables),
            ...(container.envFrom ? { ANTHROPIC_API_KEY: values.key } : {}),
          },
          volumes: Object.fromEntries(container.volumeMounts.map(({ name: of, mountPath }) => [mountPath, volume.get(of) ?? ''])),
        };
      },
    };
  };
  return {
    file: 'kubernetes.yaml',
    migrate: deployed('docket-migrate'),
    worker: deployed('docket-worker'),
    planner: deployed('docket-planner'),
  };
}
