/** How requests reach AWS: directly or through a proxy, with a limit for every wait. One for all clients of a run. */
import http from 'node:http';
import https from 'node:https';
import { BlockList, isIP } from 'node:net';
import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import { setRoute } from './network-errors.ts';

/** Loopback, and the addresses at which a machine or container finds its own credentials: a proxy would answer with its own. */
const local = new BlockList();
local.addSubnet('127.0.0.0', 8);
local.addAddress('::1', 'ipv6');
for (const address of ['169.254.169.254', '169.254.170.2', '169.254.170.23']) local.addAddress(address);
for (const address of ['fd00:ec2::254', 'fd00:ec2::23']) local.addAddress(address, 'ipv6');

function isLocal(host: string): boolean {
  const family = isIP(host);
  if (family !== 0) return local.check(host, family === 6 ? 'ipv6' : 'ipv4');
  return /^(.+\.)?localhost$/i.test(host);
}

const variables = ['https_proxy', 'http_proxy', 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]);

/** Whether any request may have to go through a proxy. */
const hasProxy = (): boolean => variables.some((name) => process.env[name]);

/**
 * With NODE_USE_ENV_PROXY or --use-env-proxy, also in NODE_OPTIONS, Node's own agent goes through the proxy too. It is for those
 * requests that name no agent: the SDK's to the metadata addresses, which must be asked directly (Node.js, "Built-in Proxy Support").
 */
const ownAgent = new http.Agent({ keepAlive: true });

type Request = Parameters<NodeHttpHandler['handle']>[0];
type Options = Parameters<NodeHttpHandler['handle']>[1];
type Answer = ReturnType<NodeHttpHandler['handle']>;

export class RequestHandler extends NodeHttpHandler {
  readonly #limits: NodeHttpHandlerOptions;
  readonly #proxied = new Map<string, NodeHttpHandler>();
  /** What kept the last request that failed from its answer: some credential providers repeat only its text. */
  lastFailure: Error | undefined;

  /** @param requestTimeout longest wait for one answer, in milliseconds. */
  constructor(requestTimeout: number) {
    // Without the last one the SDK only warns, and waits on.
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
      if (isLocal(host) || !hasProxy()) return await super.handle(request, options);
      const { agentsFor, assertNotRefused, proxyFor } = await import('./proxy-agents.ts');
      const proxy = proxyFor(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`);
      if (proxy === undefined) return await super.handle(request, options);
      route.proxy = proxy.name;
      // Two variables may name one proxy with two accounts.
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

/** The agent for a request that is no call of the SDK. One of its own, so that Node's own settings never proxy it twice. */
export async function agentOf({ protocol, hostname, href }: URL): Promise<http.Agent> {
  const isSecure = protocol === 'https:';
  const direct = () => (isSecure ? new https.Agent() : new http.Agent());
  if (isLocal(hostname.replace(/^\[|\]$/g, '')) || !hasProxy()) return direct();
  const { agentsFor, proxyFor } = await import('./proxy-agents.ts');
  const proxy = proxyFor(href);
  if (proxy === undefined) return direct();
  const { httpAgent, httpsAgent } = agentsFor(proxy);
  return isSecure ? httpsAgent : httpAgent;
}
