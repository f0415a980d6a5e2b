/** Agents that go through a proxy. Loaded only where a proxy is set: most machines have none, and every start would pay. */
import { Readable } from 'node:stream';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';
import { UsageError } from '../core/errors.ts';
import { ProxyRefusal } from './network-errors.ts';

/** A proxy without its credentials, which nothing but the proxy may see. */
export interface Proxy {
  readonly url: string;
  /** `proxy.example.com:3128`, for people. */
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The variables of curl, in the order in which they count, for a request of this protocol. */
const variablesFor = (protocol: string): readonly string[] =>
  [protocol.replace(':', '_proxy'), 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]);

/**
 * The proxy for this address; undefined where NO_PROXY leaves it out or none is set.
 * @throws UsageError for a proxy of a kind that cannot be used. Its value is never repeated: it may hold a password.
 */
export function proxyFor(url: string): Proxy | undefined {
  const { protocol } = new URL(url);
  const name = variablesFor(protocol).find((one) => process.env[one]);
  const value = name === undefined ? undefined : process.env[name];
  if (name === undefined || value === undefined || getProxyForUrl(url) === '') return undefined;
  // Without a scheme it is a plain HTTP proxy, as curl and the AWS CLI read it; proxy-from-env takes the request's scheme.
  const address = value.includes('://') || /^(socks|pac)/i.test(value) ? value : `http://${value}`;
  if (!/^https?:\/\//i.test(address)) throw notSupported(name, /^[a-z][a-z0-9+]*(?=:)/i.exec(address)?.[0]);
  try {
    const { username, password, host, protocol: scheme } = new URL(address);
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    const basic = `Basic ${Buffer.from(credentials).toString('base64')}`;
    return {
      url: `${scheme}//${host}`,
      name: host,
      headers: credentials === ':' ? {} : { 'Proxy-Authorization': basic },
    };
  } catch {
    throw notAnAddress(name); // the parser's own error repeats the value
  }
}

const example = 'An HTTP proxy looks like this:  http://proxy.example.com:3128';

const notSupported = (name: string, scheme = 'this kind'): UsageError =>
  new UsageError(`${name} names a proxy that cognito-migrate can't use (${scheme}:)`, {
    code: 'PROXY_UNSUPPORTED',
    expected: ['http', 'https'],
    found: scheme,
    hint: [example, 'NO_PROXY lists the hosts that are reached directly.'],
  });

const notAnAddress = (name: string): UsageError =>
  new UsageError(`${name} is not the address of a proxy`, {
    code: 'PROXY_UNSUPPORTED',
    expected: ['http', 'https'],
    hint: [example, 'Special characters of a user name or password are written as %XX.'],
  });

/** A part of an answer that says who has given it. */
interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * Without TLS the proxy answers in the place of AWS, and its refusal would be read as a missing permission. Whatever AWS refuses
 * has a header of its own (x-amzn-requestid, x-amz-request-id).
 * @throws ProxyRefusal
 */
export function assertNotRefused({ statusCode, headers, body }: Answer, proxy: string): void {
  const isAws = Object.keys(headers).some((name) => /^x-amz/i.test(name));
  if (statusCode !== 407 && (statusCode !== 403 || isAws)) return;
  if (body instanceof Readable) body.destroy();
  throw new ProxyRefusal(proxy, statusCode);
}

/** As many connections as the SDK's own agents have. */
const options = { keepAlive: true, maxSockets: 50 };

/** Agents for this proxy: a tunnel for https, the proxy's own requests for http. */
export function agentsFor({ url, name, headers }: Proxy) {
  // The credentials are no part of the URL, which the package writes to its debug log.
  const httpsAgent = new HttpsProxyAgent(url, { ...options, headers: () => ({ ...headers }) });
  // Without this, the proxy's refusal would be read as an answer of AWS: 403 as a missing permission.
  httpsAgent.on(
    'proxyConnect',
    ({ statusCode }: { statusCode: number }, request: { destroy(e: Error): void }) => {
      if (statusCode !== 200) request.destroy(new ProxyRefusal(name, statusCode));
    },
  );
  return { httpsAgent, httpAgent: new HttpProxyAgent(url, { ...options, headers: () => ({ ...headers }) }) };
}
