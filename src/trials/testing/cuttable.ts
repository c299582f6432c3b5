import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A way to a server that can be cut. */
export async function cuttable(url: string) {
  const { port } = new URL(url);
  const sockets = new Set<Socket>();
  const proxy = createServer((socket) => {
    if (isClosed) return void socket.destroy();
    const there = connect(Number(leadsTo), '127.0.0.1');
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
      if (bytesASecond < Number.POSITIVE_INFINITY) slowDown(one, bytesASecond);
    }
    if (isSilent) silence();
  });
  let leadsTo: string | number = port;
  let bytesASecond = Number.POSITIVE_INFINITY;
  let isSilent = false;
  let isClosed = false;
  await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  const own = typeof address === 'object' && address ? address.port : 0;
  // It keeps its port, which somebody else may take otherwise.
  const close = () => {
    isClosed = true;
    for (const socket of sockets) socket.destroy();
  };
  /** No byte passes, in either direction, and nobody is told. */
  const silence = () => {
    isSilent = true;
    for (const socket of sockets) socket.unpipe().pause();
  };
  onTestFinished(() => {
    close();
    proxy.close();
  });
  return {
    url: url.replace(`:${port}/`, `:${own}/`),
    /** Ends all connections, and takes no more. */
    close,
    open() {
      isClosed = false;
    },
    silence,
    /** New connections let so much pass in each direction. */
    narrow(bytes: number) {
      bytesASecond = bytes;
    },
    /** New connections go to another server. */
    leadTo(other: number) {
      leadsTo = other;
    },
    /** What was silent stays silent; new connections pass. */
    passNew() {
      isSilent = false;
    },
    /** What was silent is gone; new connections pass. */
    speak() {
      isSilent = false;
      for (const socket of sockets) socket.destroy();
    },
  };
}

function slowDown(socket: Socket, bytesASecond: number): void {
  socket.on('data', (bytes) => {
    socket.pause();
    setTimeout(() => socket.resume(), (bytes.length / bytesASecond) * 1000);
  });
}
