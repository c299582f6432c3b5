import { createServer } from 'node:http';

/** A server of its own process that closes connections after a moment of silence and does not say beforehand when. */
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    const answer = () => response.writeHead(200, { 'content-type': 'application/json', connection: 'keep-alive' }).end('{}');
    setTimeout(answer, request.url === '/slow' ? 200 : 0);
  });
});
server.keepAliveTimeout = 500;
server.keepAliveTimeoutBuffer = 0;
server.listen(0, '127.0.0.1', () => process.send?.({ url: `http://127.0.0.1:${(server.address() as { port: number }).port}` }));
process.on('disconnect', () => process.exit());
