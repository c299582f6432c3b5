import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { anthropicModel } from './anthropic.ts';
import { RateLimiter } from './rate-limiter.ts';
import { failureOf, testKey } from './testing/loopback.ts';
import { trialContext, weatherRequest } from './testing/weather-simulator.ts';

/** A port on which every connection is met the same way, and how many were made. */
async function portOf(meet: (socket: Socket) => void) {
  let connections = 0;
  const host = await listening(
    createServer((socket) => {
      connections += 1;
      onTestFinished(() => void socket.destroy());
      socket.on('error', () => undefined);
      meet(socket);
    }),
  );
  return { host, connections: () => connections };
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const failureAt = (url: string) =>
  failureOf(
    anthropicModel({
      environment: { ANTHROPIC_API_KEY: testKey, ANTHROPIC_BASE_URL: url },
      limiter: new RateLimiter({ random: () => 0 }),
    }).create(weatherRequest(), trialContext()),
  );

const greets = (bytes: string | Buffer) => (socket: Socket) => void socket.write(bytes);
const replies = (bytes: string | Buffer) => (socket: Socket) => void socket.once('data', () => socket.end(bytes));

it.each([
  ['an SSH server', greets('SSH-2.0-OpenSSH_9.2p1\r\n')],
  ['a mail server (SMTP)', greets('220 mail.example.org ESMTP\r\n')],
  ['an FTP server', greets('220 ProFTPD Server (FTP)\r\n')],
  ['a mail server (IMAP)', greets('* OK IMAP4rev1 ready\r\n')],
  ['a mail server (POP3)', greets('+OK ready\r\n')],
  ['Redis', replies("-ERR unknown command 'POST'\r\n")],
  ['memcached', replies('ERROR\r\nERROR\r\n')],
  ['MySQL or MariaDB', greets(Buffer.from('4a0000000a382e302e333200', 'hex'))],
  ['a message broker (AMQP)', replies(Buffer.from('414d515000000901', 'hex'))],
  ['a server of HTTP/2 alone', replies(Buffer.from('00001204000000000000030000006400040000ffff', 'hex'))],
])('names what answers in place of a model server, at once and for nothing: %s', async (name, meet) => {
  const port = await portOf(meet);
  expect(await failureAt(`http://${port.host}`)).toMatchObject({
    ...{ kind: 'connection', retryable: false, lost: false },
    message: `What answers at ${port.host} is ${name}, and no model server. Set ANTHROPIC_BASE_URL to the address of a Messages API.`,
  });
  expect(port.connections()).toBe(1);
});

it('says over https that another kind of server is there, or one of plain http', async () => {
  const port = await portOf(greets('220 mail.example.org ESMTP\r\n'));
  expect(await failureAt(`https://${port.host}`)).toMatchObject({
    ...{ kind: 'connection', retryable: false, lost: false },
    message: expect.stringMatching(/does not speak https .*another kind of server is there, or one of plain http\..*begin with http:\/\//),
  });
});

it.each([
  ['drops plain connections', async () => await listening(createTlsServer({}, () => undefined))],
  ['answers with an alert', async () => (await portOf(replies(Buffer.from('15030100020246', 'hex')))).host],
  [
    'says so',
    async () => (await portOf(replies('HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n'))).host,
  ],
])('sends whoever asks a port of https over http to https, where it %s', async (_name, open) => {
  const error = await failureAt(`http://${await open()}`);
  expect(error).toMatchObject({ retryable: false, lost: false });
  expect(error.message).toMatch(/takes https only\. Let ANTHROPIC_BASE_URL begin with https:\/\//);
});

/** Redis closes a connection over which somebody speaks HTTP, and PostgreSQL one whose first message is none of its own. */
it.each([
  ['Redis', (said: Buffer, socket: Socket) => (said.toString().startsWith('PING') ? socket.write('+PONG\r\n') : socket.end())],
  [
    'Redis',
    (said: Buffer, socket: Socket) =>
      said.toString().startsWith('PING') ? socket.write('-NOAUTH Authentication required.\r\n') : socket.end(),
  ],
  ['PostgreSQL', (said: Buffer, socket: Socket) => (said.readInt32BE(0) === 8 ? socket.write('N') : socket.end())],
])('finds out what is behind a port that closes without a word: %s', async (name, answer) => {
  const port = await portOf((socket) => void socket.once('data', (said: Buffer) => answer(said, socket)));
  for (const scheme of ['http', 'https'])
    expect(await failureAt(`${scheme}://${port.host}`)).toMatchObject({
      ...{ kind: 'connection', retryable: false, lost: false },
      message: `What answers at ${port.host} is ${name}, and no model server. Set ANTHROPIC_BASE_URL to the address of a Messages API.`,
    });
});
