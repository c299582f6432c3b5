/** Makes `dist/`, what is published: `npm run build`. Programs without their comments, and the declarations that an import can reach with theirs. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { compactPrograms } from './compact-programs.ts';
import { joinPrograms } from './join-programs.ts';
import { packExamples } from './pack-examples.ts';
import { keepReachable } from './reachable-declarations.ts';

const repository = join(import.meta.dirname, '../..');
const dist = join(repository, 'dist');
const compiler = join(repository, 'node_modules/typescript/bin/tsc');
const compile = (...words: readonly string[]) =>
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', ...words], { cwd: repository, stdio: 'inherit' });

// A file that is no longer written must not be published.
rmSync(dist, { recursive: true, force: true });
compile('--declaration', 'false', '--removeComments');
compile('--emitDeclarationOnly');
await joinPrograms(dist);
compactPrograms(dist);
keepReachable(dist);
packExamples(join(dist, 'examples'));
