/**
 * Sends requests to AWS, directly or through a proxy, with a limit for every wait.
 * All clients of a run share one handler.
 */
import http from 'node:http';
import https from 'node:https';
import { BlockList, isIP } from 'node:net';
import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import { setRoute } from './network-errors.ts';

/**
 * Loopback, and the addresses where a computer or container finds its own credentials.
 * A proxy would answer with its own credentials.
 */
function localAddresses(): BlockList {
  const local = new BlockList();
  local.addSubnet('127.0.0.0', 8);
  local.addAddress('::1', 'ipv6');
  for (const address of ['169.254.169.254', '169.254.170.2', '169.254.170.23']) local.addAddress(address);
  for (const address of ['fd00:ec2::254', 'fd00:ec2::23']) local.addAddress(address, 'ipv6');
  return local;
}

function isLocal(host: string): boolean {
  const family = isIP(host);
  if (family !== 0) return localAddresses().check(host, family === 6 ? 'ipv6' : 'ipv4');
  return /^(.+\.)?localhost$/i.test(host);
}

const variables = ['https_proxy', 'http_proxy', 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]);

/** Whether any request may need a proxy. */
const hasProxy = (): boolean => variables.some((name) => process.env[name]);

/**
 * The agent for requests that name no agent: those of the SDK to the metadata addresses.
 * They must go direct. With NODE_USE_ENV_PROXY or --use-env-proxy, also in NODE_OPTIONS, Node's own agent
 * uses the proxy too (Node.js, "Built-in Proxy Support").
 */
const ownAgent = new http.Agent({ keepAlive: true });

type Request = Parameters<NodeHttpHandler['handle']>[0];
type Options = Parameters<NodeHttpHandler['handle']>[1];
type Answer = ReturnType<NodeHttpHandler['handle']>;

export class RequestHandler extends NodeHttpHandler {
  readonly #limits: NodeHttpHandlerOptions;
  readonly #proxied = new Map<string, NodeHttpHandler>();
  /** The error of the last failed request. Some credential providers repeat only its text. */
  lastFailure: Error | undefined;

  /** @param requestTimeout Longest wait for one answer, in milliseconds. */
  constructor(requestTimeout: number) {
    // Without throwOnRequestTimeout, the SDK only warns and keeps waiting.
    const limits = {
      connectionTimeout: 5_000,
      requestTimeout,
      socketTimeout: requestTimeout,
      throwOnRequestTimeout: true,
    };
    super(limits);
    this.#limits = limits;
    http.globalAgent = ownAgent;
  }

  override async handle(request: Request, options?: Options): Answer {
    const { protocol, hostname, port } = request;
    const host = hostname.replace(/^\[|\]$/g, '');
    const route: { host: string; proxy?: string } = { host };
    try {
      if (!hasProxy() || isLocal(host)) return await super.handle(request, options);
      const { agentsFor, assertNotRefused, proxyFor } = await import('./proxy-agents.ts');
      const proxy = proxyFor(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`);
      if (proxy === undefined) return await super.handle(request, options);
      route.proxy = proxy.name;
      // Two variables may name one proxy with different credentials.
      const key = JSON.stringify([proxy.url, proxy.headers]);
      const handler = this.#proxied.get(key) ?? new NodeHttpHandler({ ...this.#limits, ...agentsFor(proxy) });
      this.#proxied.set(key, handler);
      const answer = await handler.handle(request, options);
      if (protocol === 'http:') assertNotRefused(answer.response, proxy.name);
      return answer;
    } catch (error) {
      if (error instanceof Error) {
        setRoute(error, route);
        this.lastFailure = error;
      }
      throw error;
    }
  }
}

/**
 * The agent for a request outside the SDK.
 * It's a separate agent, so Node's own settings never proxy the request twice.
 */
export async function agentOf({ protocol, hostname, href }: URL): Promise<http.Agent> {
  const isSecure = protocol === 'https:';
  const direct = () => (isSecure ? new https.Agent() : new http.Agent());
  if (!hasProxy() || isLocal(hostname.replace(/^\[|\]$/g, ''))) return direct();
  const { agentsFor, proxyFor } = await import('./proxy-agents.ts');
  const proxy = proxyFor(href);
  if (proxy === undefined) return direct();
  const { httpAgent, httpsAgent } = agentsFor(proxy);
  return isSecure ? httpsAgent : httpAgent;
}
