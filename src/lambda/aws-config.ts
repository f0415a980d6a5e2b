/** Milliseconds for one request, and for one connection: two of the first fit into the budget of one event. */
const REQUEST_TIMEOUT_MS = 1800;
const CONNECTION_TIMEOUT_MS = 1000;

/**
 * What both clients share. Everything that the SDK would otherwise look up in shared configuration files is said here;
 * attempts are counted in migrate.ts, which knows the time that is left and which call may be repeated.
 */
export function clientDefaults(endpoint: string | undefined, useFips: boolean) {
  return {
    ...(endpoint !== undefined && { endpoint }),
    // The SDK refuses FIPS together with an endpoint that was given.
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
 * Reads a response of Node's http module. The SDK's own collector first asks whether the body is a web stream, which makes
 * Node load all of them: some milliseconds of the first sign-in.
 */
async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
