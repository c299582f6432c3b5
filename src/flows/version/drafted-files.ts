import type { GitTree } from './git-tree.ts';
import type { VersionChange } from './version-change.ts';

/** Files of a draft as they are so far: those of the commit, with what the draft made of them laid over it. */
export class DraftedFiles {
  readonly tree: GitTree;
  readonly #now = new Map<string, string>();
  readonly #fresh = new Set<string>();

  constructor(tree: GitTree) {
    this.tree = tree;
  }

  async read(path: string): Promise<string | undefined> {
    return this.#now.get(path) ?? (await this.tree.read(path));
  }

  write(path: string, text: string): void {
    this.#now.set(path, text);
    this.#fresh.add(path);
  }

  /** Paths of what was written below a folder. */
  below(folder: string): string[] {
    return [...this.#now.keys()].filter((path) => path.startsWith(`${folder}/`));
  }

  /** What was written since it was asked last. */
  take(): Map<string, string> {
    const taken = new Map([...this.#fresh].map((path) => [path, this.#now.get(path) ?? '']));
    this.#fresh.clear();
    return taken;
  }
}

/** How a version is written into the sources of one kind of agent. */
export interface VersionWriter {
  /** What is there before the first change: the version as a copy of the one before. */
  begin(changes: readonly VersionChange[]): Promise<void>;
  /** @throws {DocketError} where the sources have no place for it */
  apply(change: VersionChange): Promise<void>;
}
