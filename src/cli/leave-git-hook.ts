/** By these git tells its hooks which repository and index they are for. */
const ofRepository = ['GIT_DIR', 'GIT_COMMON_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX', 'GIT_NAMESPACE'];

/**
 * A command that a hook starts asks git about more than one checkout, each by its folder: with what git tells its hooks, every one of them would be taken for the
 * hook's own. https://git-scm.com/docs/githooks
 */
export function leaveGitHook(environment: NodeJS.ProcessEnv): void {
  for (const name of ofRepository) delete environment[name];
}
