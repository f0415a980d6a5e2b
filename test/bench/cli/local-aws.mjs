// The local AWS of the bench, in this process, made from the sources; and two pools to migrate between, new ones each time.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../../', import.meta.url));
export const account = '111122223333';
export const region = 'eu-west-1';

/** createSandbox, keysOf, noDelays, watchTrips and longestChain. */
async function sources() {
  const folder = await mkdtemp(join(tmpdir(), 'cognito-migrate-bench-'));
  const outfile = join(folder, 'local-aws.mjs');
  try {
    await build({
      absWorkingDir: root,
      stdin: {
        contents: "export * from './src/sandbox/index.ts'; export * from './test/budgets/round-trips.ts';",
        resolveDir: root,
      },
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      logLevel: 'warning',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Starts one local AWS with that latency and none of AWS's own waits. */
export async function startLocalAws() {
  const { createSandbox, keysOf, noDelays, watchTrips, longestChain } = await sources();
  return async (latency) => {
    const sandbox = await createSandbox({ delays: { ...noDelays, latency } });
    const idp = new CognitoIdentityProviderClient({
      endpoint: sandbox.url,
      region,
      credentials: keysOf(account),
    });
    return {
      url: sandbox.url,
      keys: keysOf(account),
      pools: () => makePools(idp),
      /** Runs `work` and gives what it took in calls. */
      async counted(work) {
        const watch = watchTrips(sandbox, () => performance.now());
        try {
          await work();
        } finally {
          watch.stop();
        }
        const { trips } = watch;
        return {
          calls: trips.length,
          inARow: longestChain(trips).length,
          writesInARow: longestChain(trips.filter(({ isWrite }) => isWrite)).length,
          // Beside its own latency, and that of the two calls that the function makes one after the other.
          coldStart: trips
            .filter(({ name }) => name === 'lambda:Invoke')
            .reduce((sum, { start, end }) => sum + end - start - 3 * latency, 0),
        };
      },
      async close() {
        idp.destroy();
        await sandbox.close();
      },
    };
  };
}

async function makePools(idp) {
  const pool = async (PoolName) => {
    const { UserPool } = await idp.send(
      new CreateUserPoolCommand({ PoolName, UsernameAttributes: ['email'] }),
    );
    return UserPool.Id;
  };
  const [old, fresh] = await Promise.all([pool('legacy-users'), pool('customers')]);
  const { UserPoolClient } = await idp.send(
    new CreateUserPoolClientCommand({
      UserPoolId: fresh,
      ClientName: 'web',
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    }),
  );
  return { old, fresh, web: UserPoolClient.ClientId };
}
