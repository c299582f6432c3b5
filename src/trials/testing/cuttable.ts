import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A way to a server that can be cut. */
export async function cuttable(url: string) {
  const { port } = new URL(url);
  const sockets = new Set<Socket>();
  const proxy = createServer((socket) => {
    const there = connect(Number(port), '127.0.0.1');
    for (const [one, other] of [
      [socket, there],
      [there, socket],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
    if (isSilent) silence();
  });
  let isSilent = false;
  const listen = (at: number) => new Promise<void>((resolve) => void proxy.listen(at, '127.0.0.1', resolve));
  await listen(0);
  const address = proxy.address();
  const own = typeof address === 'object' && address ? address.port : 0;
  const close = () => {
    proxy.close();
    for (const socket of sockets) socket.destroy();
  };
  /** No byte passes, in either direction, and nobody is told. */
  const silence = () => {
    isSilent = true;
    for (const socket of sockets) socket.unpipe().pause();
  };
  onTestFinished(close);
  return {
    url: url.replace(`:${port}/`, `:${own}/`),
    /** Ends all connections, and takes no more. */
    close,
    open: () => void listen(own),
    silence,
    /** What was silent is gone; new connections pass. */
    speak() {
      isSilent = false;
      for (const socket of sockets) socket.destroy();
    },
  };
}
