/** Where calls go: to AWS, or to an endpoint of the caller's own (AWS SDKs and Tools Reference Guide, "Service-specific endpoints"). */
import type { Side } from '../clients.ts';

type Client = Side['idp' | 'iam' | 'lambda' | 'logs' | 'sts'];

/**
 * The endpoint that was given for a service: by flag, by an environment variable, or by `endpoint_url` in the AWS configuration
 * files; undefined: AWS's own.
 */
export async function givenEndpoint({ config }: Client): Promise<URL | undefined> {
  if (config.endpoint !== undefined) {
    const { protocol, hostname, port } = await config.endpoint();
    return new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`);
  }
  const configured = await config.serviceConfiguredEndpoint?.();
  return configured === undefined ? undefined : new URL(configured);
}

/** The first that was given for any service; undefined: all calls go to AWS itself. */
export async function anyEndpoint({ idp, iam, lambda, logs, sts }: Side): Promise<string | undefined> {
  const given = await Promise.all([idp, iam, lambda, logs, sts].map((client) => givenEndpoint(client)));
  return given.find((endpoint) => endpoint !== undefined)?.origin;
}
