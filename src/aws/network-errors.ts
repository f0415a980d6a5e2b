/** Explains why AWS cannot be reached, and what to do about it. Repeats no text of the SDK. */
import { AwsError } from '../core/errors.ts';
import type { Thrown } from './thrown.ts';

/** The destination of a request. */
interface Route {
  readonly host: string;
  /** Host and port of the proxy. Absent for a direct connection. */
  readonly proxy?: string;
}

const routes = new WeakMap<Error, Route>();

export const setRoute = (error: Error, route: Route): unknown => routes.set(error, route);

/** The proxy doesn't let the request through. */
export class ProxyRefusal extends Error {
  readonly status: number;
  constructor(proxy: string, status: number) {
    super(`the proxy ${proxy} refuses the connection (HTTP ${status})`);
    this.name = 'ProxyRefusal';
    this.status = status;
  }
}

const network = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPROTO',
]);

/** Codes of OpenSSL and of Node for a certificate that isn't accepted. */
const isCertificate = (errno: string | undefined): boolean =>
  errno !== undefined &&
  /^(CERT_|CRL_|ERR_TLS_CERT|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/.test(
    errno,
  );

export const isNetwork = ({ name, errno, error }: Thrown): boolean =>
  name === 'TimeoutError' ||
  error instanceof ProxyRefusal ||
  isCertificate(errno) ||
  (errno !== undefined && (network.has(errno) || errno.startsWith('ERR_SSL_')));

/** Describes a missing answer: the time of each attempt, and the number of attempts. */
function silence({ message, attempts }: Thrown, { host }: Route): string {
  const ms = Number(/(\d+) ms/.exec(message)?.[1] ?? Number.NaN);
  const within = Number.isNaN(ms) ? '' : ` within ${Math.round(ms / 100) / 10} s`;
  const times = attempts !== undefined && attempts > 1 ? `, in ${attempts} attempts` : '';
  return `${host} gives no answer${within}${times}`;
}

function reasonOf(thrown: Thrown, route: Route): string {
  const { message, errno, name, error } = thrown;
  if (error instanceof ProxyRefusal) return message;
  if (isCertificate(errno)) return `the certificate of ${route.host} is not trusted: ${message} (${errno})`;
  // Texts of the SDK's request handler.
  if (message.includes('@smithy/')) return silence(thrown, route);
  return message || errno || name;
}

function hintFor({ errno, error }: Thrown, { proxy }: Route): readonly string[] {
  if (isCertificate(errno)) {
    return [
      'If your network inspects TLS, name its CA certificate:  NODE_EXTRA_CA_CERTS=/path/to/ca.pem',
      "AWS_CA_BUNDLE is a setting of the AWS CLI. Node.js doesn't read it.",
    ];
  }
  if (error instanceof ProxyRefusal && error.status === 407)
    return ['The proxy asks for a user name and a password:  HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT'];
  return proxy === undefined
    ? ['Check the network, --endpoint-url and AWS_ENDPOINT_URL. If only a proxy leads out, set HTTPS_PROXY.']
    : ['Check HTTPS_PROXY and NO_PROXY: this call went through the proxy.'];
}

/** @param again The hint that a rerun is safe. */
export function unreachable(thrown: Thrown, again: string): AwsError {
  const route = routes.get(thrown.error) ?? { host: 'the endpoint' };
  const isProxys = thrown.error instanceof ProxyRefusal;
  const through = route.proxy === undefined || isProxys ? '' : ` through the proxy ${route.proxy}`;
  return new AwsError(`AWS cannot be reached${through}: ${reasonOf(thrown, route)}`, {
    code: 'AWS_UNREACHABLE',
    found: isProxys ? 'PROXY_REFUSED' : (thrown.errno ?? thrown.name),
    hint: [...hintFor(thrown, route), again],
    cause: thrown.error,
  });
}
