import { spawn } from 'node:child_process';

/** Starts the system's own opener for a file or an address and does not wait for it; where there is none, what was printed has to do. */
export function openInBrowser(what: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const opener = openerFor(process.platform, environment);
  if (!opener) return Promise.resolve();
  const [command, ...words] = opener;
  return new Promise((done) => {
    const child = spawn(command, [...words, what], { stdio: 'ignore', detached: true });
    child.once('error', () => done());
    child.once('spawn', () => {
      child.unref();
      done();
    });
  });
}

function openerFor(platform: NodeJS.Platform, { DISPLAY, WAYLAND_DISPLAY }: NodeJS.ProcessEnv): [string, ...string[]] | undefined {
  switch (platform) {
    case 'darwin':
      return ['open'];
    case 'win32':
      return ['explorer'];
    default:
      return DISPLAY || WAYLAND_DISPLAY ? ['xdg-open'] : undefined;
  }
}
