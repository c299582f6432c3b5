import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { kindOfServer } from './other-protocol.ts';

/** Longest wait for a sign, each. */
const longestMs = 2000;

/** What is at an address that took a connection and gave no answer: `tls` for a port of https, a server of another kind, or undefined. Nothing of a request is sent to it. */
export async function whoIsThere({ hostname, port, protocol }: URL): Promise<'tls' | string | undefined> {
  const place = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (protocol === 'https:' ? 443 : 80)), timeout: longestMs };
  if (protocol === 'http:' && (await speaksTls(place))) return 'tls';
  // A word that most line protocols answer, and changes nothing anywhere.
  const said = await firstWords(connect(place), 'PING\r\n');
  // How its clients ask whether it takes TLS: it answers with one letter.
  const letter = said === '' ? await firstWords(connect(place), Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])) : '';
  return /^[SN]$/.test(letter) ? 'PostgreSQL' : kindOfServer(said);
}

function speaksTls(place: { readonly host: string; readonly port: number; readonly timeout: number }): Promise<boolean> {
  return new Promise((resolve) => {
    // Whether it is to be trusted is asked where something is sent.
    const socket = connectTls({ ...place, rejectUnauthorized: false });
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

/** What a server says first; nothing where it says nothing. */
function firstWords(socket: Socket, word: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    const end = (said: string) => {
      socket.destroy();
      resolve(said);
    };
    socket.once('connect', () => socket.write(word));
    socket.once('data', (said) => end(said.toString('latin1')));
    for (const event of ['error', 'timeout', 'close']) socket.once(event, () => end(''));
  });
}
