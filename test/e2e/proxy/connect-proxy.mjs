// An HTTP proxy in a process of its own. It leads every tunnel to one port on loopback, and prints a line of JSON for each.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';

const [port, status, credentials] = process.argv.slice(2);
const wanted = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

// What is no tunnel is refused, and told: an address that should have been asked directly.
const server = createServer(({ url }, response) => {
  say({ plain: url });
  response.writeHead(502).end();
});

server.on('connect', ({ url, headers }, client, head) => {
  say({ tunnel: url, isLetIn: headers['proxy-authorization'] === wanted });
  const refusal = headers['proxy-authorization'] === wanted ? Number(status) : 407;
  if (refusal !== 200) {
    client.end(`HTTP/1.1 ${refusal} No\r\nContent-Length: 0\r\n\r\n`);
    return;
  }
  const upstream = connect(Number(port), '127.0.0.1', () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    upstream.write(head);
    client.pipe(upstream).pipe(client);
  });
  for (const [one, other] of [
    [client, upstream],
    [upstream, client],
  ])
    one.on('error', () => other.destroy()).on('close', () => other.destroy());
});

server.listen(0, '127.0.0.1');
await once(server, 'listening');
say({ port: server.address().port });
