/** Milliseconds for one request and for one connection. Two requests fit into the budget of one event. */
const REQUEST_TIMEOUT_MS = 1800;
const CONNECTION_TIMEOUT_MS = 1000;

/**
 * Settings that both clients share.
 * They cover everything that the SDK would otherwise look up in shared configuration files. migrate.ts counts
 * the attempts, because it knows the remaining time and which calls may be repeated.
 */
export function clientDefaults(endpoint: string | undefined, useFips: boolean) {
  return {
    ...(endpoint !== undefined && { endpoint }),
    // The SDK refuses FIPS together with a custom endpoint.
    useFipsEndpoint: useFips && endpoint === undefined,
    ignoreConfiguredEndpointUrls: true,
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard' as const,
    authSchemePreference: [],
    useDualstackEndpoint: false,
    userAgentAppId: '',
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
    streamCollector: collect,
  };
}

/**
 * Reads a response of Node's http module.
 * The SDK's own collector first checks whether the body is a web stream. For that, Node loads all web
 * streams, which costs some milliseconds of the first sign-in.
 */
async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
