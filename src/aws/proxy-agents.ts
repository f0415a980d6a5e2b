/**
 * Agents that send requests through a proxy.
 * Loaded only if a proxy is set: most computers have none, and loading would slow every start.
 */
import { Readable } from 'node:stream';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';
import { UsageError } from '../core/errors.ts';
import { ProxyRefusal } from './network-errors.ts';

/** A proxy whose URL holds no credentials. Only the proxy itself may see them. */
export interface Proxy {
  readonly url: string;
  /** `proxy.example.com:3128`, for messages. */
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** curl's variables for a request of this protocol, in order of precedence. */
const variablesFor = (protocol: string): readonly string[] =>
  [protocol.replace(':', '_proxy'), 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]);

/**
 * The proxy for this address. Undefined if none is set or NO_PROXY excludes the address.
 * @throws UsageError for an unsupported kind of proxy. Never repeats the value, which may hold a password.
 */
export function proxyFor(url: string): Proxy | undefined {
  const { protocol } = new URL(url);
  const name = variablesFor(protocol).find((one) => process.env[one]);
  const value = name === undefined ? undefined : process.env[name];
  if (name === undefined || value === undefined || getProxyForUrl(url) === '') return undefined;
  // Without a scheme, it's a plain HTTP proxy, as in curl and the AWS CLI. proxy-from-env would use the
  // request's scheme.
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

/** The part of an answer that shows its sender. */
interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * Throws if the proxy refused a request without TLS.
 * Without TLS, the proxy answers instead of AWS, and its refusal would look like a missing permission. Every
 * refusal by AWS has a header of its own (x-amzn-requestid, x-amz-request-id).
 * @throws ProxyRefusal
 */
export function assertNotRefused({ statusCode, headers, body }: Answer, proxy: string): void {
  const isAws = Object.keys(headers).some((name) => /^x-amz/i.test(name));
  if (statusCode !== 407 && (statusCode !== 403 || isAws)) return;
  if (body instanceof Readable) body.destroy();
  throw new ProxyRefusal(proxy, statusCode);
}

/** The same number of connections as the SDK's own agents. */
const options = { keepAlive: true, maxSockets: 50 };

/** Agents for this proxy: a tunnel for HTTPS, and the proxy's own requests for HTTP. */
export function agentsFor({ url, name, headers }: Proxy) {
  // The URL omits the credentials, because the package writes it to its debug log.
  const httpsAgent = new HttpsProxyAgent(url, { ...options, headers: () => ({ ...headers }) });
  // Without this, the proxy's refusal would look like an answer of AWS: a 403 like a missing permission.
  httpsAgent.on(
    'proxyConnect',
    ({ statusCode }: { statusCode: number }, request: { destroy(e: Error): void }) => {
      if (statusCode !== 200) request.destroy(new ProxyRefusal(name, statusCode));
    },
  );
  return { httpsAgent, httpAgent: new HttpProxyAgent(url, { ...options, headers: () => ({ ...headers }) }) };
}
