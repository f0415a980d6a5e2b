/** Users of an old pool, most of whom can be imported, and `import` over them. */
import { readdir } from 'node:fs/promises';
import { ListUserImportJobsCommand, ListUsersCommand } from '@aws-sdk/client-cognito-identity-provider';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { vi } from 'vitest';
import type { SandboxOptions } from '../../../src/sandbox/index.ts';
import { cognitoSettings, plantPoolFields, poolById } from '../../../src/sandbox/services/cognito/index.ts';
import { type FakeClock, fakeClock } from '../../support/clock.ts';
import { type LocalAws, startLocalAws } from '../../support/local-aws.ts';
import { type CliResult, type FakeIoOptions, fakeIo, runCli } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

export interface ImportAws extends LocalAws {
  readonly clock: FakeClock;
  /** The temporary folder of the program. */
  readonly temp: string;
  /** `import` with pools, state file, and endpoint, and these words behind it. */
  import(words: readonly string[], options?: FakeIoOptions): Promise<CliResult>;
}

export const agreed = ['--yes', '--import-ends-old-passwords'];

/** A local AWS whose new pool takes import jobs. */
export async function startImportAws(options: SandboxOptions = {}): Promise<ImportAws> {
  const clock = fakeClock();
  const delays = { importStart: 2_000, importRow: 33, ...options.delays };
  const aws = await startLocalAws({ ...options, now: clock.now, sleep: clock.sleep, delays });
  plantPoolFields(aws.sandbox.world, aws.newPool, { AutoVerifiedAttributes: ['email'] });
  const temp = await tempFolder();
  vi.stubEnv('TMPDIR', temp);
  const pools = ['--old-user-pool-id', aws.oldPool, '--new-user-pool-id', aws.newPool, ...aws.where];
  return {
    ...aws,
    clock,
    temp,
    import: (words, more = {}) => runCli(['import', ...pools, ...words], fakeIo({ clock, ...more })),
  };
}

/** The same with two other pools of usernames, where addresses are aliases. */
export async function startByName(): Promise<ImportAws> {
  const aws = await startImportAws();
  const kind = { AliasAttributes: ['email' as const] };
  const [oldPool, newPool] = [await aws.addPool('by-name', kind), await aws.addPool('fresh', kind)];
  plantPoolFields(aws.sandbox.world, newPool, { AutoVerifiedAttributes: ['email'] });
  const pools = ['--old-user-pool-id', oldPool, '--new-user-pool-id', newPool, ...aws.where];
  return {
    ...aws,
    oldPool,
    newPool,
    clients: { ...aws.clients, web: await aws.addClient(newPool, 'web') },
    init: (...more) => ['init', ...pools, ...more],
    import: (words, more = {}) =>
      runCli(['import', ...pools, ...words], fakeIo({ clock: aws.clock, ...more })),
  };
}

/** All users of a pool: email address and state. */
export async function emailsOf({ sdk }: LocalAws, UserPoolId: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  let PaginationToken: string | undefined;
  do {
    const page = await sdk.idp.send(
      new ListUsersCommand({ UserPoolId, ...(PaginationToken && { PaginationToken }) }),
    );
    for (const { Attributes = [], UserStatus = '', Username = '' } of page.Users ?? [])
      found[Attributes.find(({ Name }) => Name === 'email')?.Value ?? Username] = UserStatus;
    ({ PaginationToken } = page);
  } while (PaginationToken !== undefined);
  return found;
}

export async function jobsOf({ sdk, newPool: UserPoolId }: LocalAws) {
  const command = new ListUserImportJobsCommand({ UserPoolId, MaxResults: 60 });
  return (await sdk.idp.send(command)).UserImportJobs ?? [];
}

/** Names of the roles for imports. */
export async function importRolesOf({ sdk }: LocalAws): Promise<string[]> {
  const { Roles = [] } = await sdk.iam.send(new ListRolesCommand({}));
  return Roles.flatMap(({ RoleName = '' }) => (RoleName.endsWith('-import') ? [RoleName] : []));
}

/** Folders with files of jobs. */
export const chunkFoldersOf = async ({ temp }: ImportAws): Promise<string[]> =>
  (await readdir(temp)).filter((name) => name.startsWith('cognito-migrate-import-'));

/**
 * Lets jobs refuse these rows, however many they are: the addresses in them are no longer verified.
 * AWS can refuse a row for reasons that no documentation has. Returns the function that ends this.
 */
export function refuseRows(
  { sandbox, newPool }: Pick<LocalAws, 'sandbox' | 'newPool'>,
  isRefused: (row: string) => boolean,
): () => void {
  cognitoSettings(sandbox.world).importThreshold = 'never';
  return sandbox.faults.onCall('before', ({ operation }) => {
    const job = poolById(sandbox.world, newPool).importJobs.at(-1);
    if (operation !== 'StartUserImportJob' || job?.file === undefined) return;
    const rows = Buffer.from(job.file.bytes).toString().split('\n');
    const text = rows.map((row) => (isRefused(row) ? row.replace(',TRUE,', ',FALSE,') : row)).join('\n');
    job.file = { ...job.file, bytes: Buffer.from(text) };
  });
}
