/** How servers of other kinds begin, who do not understand what was asked. */
const beginnings: readonly (readonly [RegExp, string])[] = [
  [/^SSH-/, 'an SSH server'],
  [/^220[ -].*(?:SMTP|mail)/i, 'a mail server (SMTP)'],
  [/^220[ -].*FTP/i, 'an FTP server'],
  [/^220[ -]/, 'a mail or FTP server'],
  [/^5\d\d[ -]/, 'a mail or FTP server'],
  [/^\+OK /, 'a mail server (POP3)'],
  [/^\* (?:OK|BYE)/, 'a mail server (IMAP)'],
  [/^(?:-(?:ERR|NOAUTH|DENIED|WRONGPASS)\b|\+PONG)/, 'Redis'],
  [/^ERROR\r?\n/, 'memcached'],
  [/^AMQP/, 'a message broker (AMQP)'],
  [/^RFB /, 'a VNC server'],
  [/^.\p{Cc}{3}\n(?:5\.5\.5-)?\d+\.\d+/su, 'MySQL or MariaDB'],
  // The frame of its settings.
  [/^\p{Cc}{2}.\p{Cc}{2}/su, 'a server of HTTP/2 alone'],
];

/** Begins an alert of TLS to somebody who does not speak it. */
const tlsAlert = '\u0015\u0003';

/** The kind of server that begins like this; undefined where it is not known. `tls` for a port that takes https only. */
export function kindOfServer(words: string): string | undefined {
  const start = words.slice(0, 200);
  return start.startsWith(tlsAlert) ? 'tls' : beginnings.find(([pattern]) => pattern.test(start))?.[1];
}

/** What answered in place of an HTTP server; undefined where an HTTP answer came, or none. */
export function otherProtocol(error: unknown): string | undefined {
  for (let cause: unknown = error, depth = 0; depth < 8 && cause instanceof Error; cause = cause.cause, depth += 1)
    if (/does not match the HTTP\/1\.1 protocol/.test(cause.message) && 'data' in cause) return kindOfServer(String(cause.data));
  return undefined;
}
