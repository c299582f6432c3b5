import { connect } from 'node:tls';

/** Longest wait for a handshake. */
const longestMs = 3000;

/** True where a secure connection to a server comes about, whoever it is. Nothing is sent through it. */
export function speaksTls({ hostname, port }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const host = hostname.replace(/^\[|\]$/g, '');
    // Whether it is to be trusted is asked where something is sent.
    const socket = connect({ host, port: Number(port || 80), rejectUnauthorized: false, timeout: longestMs });
    const end = (speaks: boolean) => {
      socket.destroy();
      resolve(speaks);
    };
    socket.once('secureConnect', () => end(true));
    // Whoever refuses in words of TLS speaks it.
    socket.once('error', ({ code = '' }: NodeJS.ErrnoException) => end(/^ERR_SSL_.*ALERT/.test(code)));
    for (const event of ['timeout', 'close']) socket.once(event, () => end(false));
  });
}
