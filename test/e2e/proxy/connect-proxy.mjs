// An HTTP proxy in a process of its own. It leads every tunnel to one port on loopback, and prints a line of JSON for each.
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { connect } from 'node:net';

const [port, status, credentials, plainPort] = process.argv.slice(2);
const wanted = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const refusalOf = ({ 'proxy-authorization': given }) => (given === wanted ? Number(status) : 407);

// What is no tunnel is told, since an address could have to be asked directly. It is led to one port, or refused.
const server = createServer((incoming, response) => {
  const { url, headers, method } = incoming;
  const refusal = plainPort ? refusalOf(headers) : 502;
  say({ plain: url, isLetIn: headers['proxy-authorization'] === wanted });
  if (refusal !== 200) {
    response.writeHead(refusal, { 'content-type': 'text/html' }).end('<h1>No</h1>');
    return;
  }
  const { pathname, search } = new URL(url);
  const host = `127.0.0.1:${plainPort}`;
  const { 'proxy-authorization': _own, 'proxy-connection': _hop, ...others } = headers;
  const to = { host: '127.0.0.1', port: Number(plainPort), method, path: `${pathname}${search}` };
  const onward = request({ ...to, headers: { ...others, host } }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  incoming.pipe(onward);
});

server.on('connect', ({ url, headers }, client, head) => {
  say({ tunnel: url, isLetIn: headers['proxy-authorization'] === wanted });
  const refusal = refusalOf(headers);
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
