import { existsSync } from 'node:fs';
import { DocketError } from '../../contracts/docket-error.ts';
import { ModelError } from '../../model/model-error.ts';
import type { Program } from './process-group.ts';

/** Faults of the moment: the machine has too many processes or files open, or too little memory. */
const passing = ['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM'];

/** Why a program could not be started, as it is to be thrown. What is wrong for every trial ends the run; what may pass does not. */
export function startFailure(
  error: { readonly code?: string | undefined; readonly message?: string },
  { program, directory }: Pick<Program, 'program' | 'directory'>,
  agent: string,
): Error {
  const at = `agent "${agent}"`;
  if (passing.includes(error.code ?? ''))
    return new ModelError('worker', `"${program}" could not be started (${error.code}).`, { retryable: true, cause: error });
  if (!existsSync(directory))
    return new DocketError(`${at}: the folder ${directory}, in which its program is to run, does not exist. Correct "directory".`);
  const why =
    error.code === 'ENOENT'
      ? 'there is no such program'
      : error.code === 'EACCES'
        ? 'it may not be executed'
        : error.code === 'E2BIG'
          ? 'its arguments and environment are larger than the system allows; give a long prompt by "stdin"'
          : (error.code ?? error.message ?? 'no reason is given');
  return new DocketError(
    `${at}: "${program}" cannot be started: ${why}. Expected a program on the PATH, or a path relative to ${directory} that begins with "./"; set it up first (uv sync, npm ci).`,
    { cause: error },
  );
}
