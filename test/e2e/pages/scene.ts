/** The pools between which the commands of a page run. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateGroupCommand, CreateUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { expect, onTestFinished } from 'vitest';
import { demoScene, setScene } from '../../../src/cli/commands/sandbox/index.ts';
import { createSandbox, keysOf, noDelays } from '../../../src/sandbox/index.ts';
import { given } from '../../support/errors.ts';
import { sdkOf } from '../../support/sdk.ts';
import { tempFolder } from '../../support/temp.ts';
import { startTwoAccounts } from '../../support/two-accounts.ts';
import type { ExpectedPage } from './expected.ts';
import { type LineOptions, type LineResult, startShell } from './shell.ts';

export interface StartedPage {
  /** The command with values instead of the page's placeholders. */
  fill(line: string): string;
  run(line: string, options?: LineOptions): Promise<LineResult>;
}

type Values = Readonly<Record<string, string | undefined>>;

interface Started {
  readonly run: StartedPage['run'];
  readonly values: Values;
}

/** Profiles that the pages name. */
const profiles = { playground: '111122223333', new: '111122223333', legacy: '444455556666' };

async function configFile(): Promise<string> {
  const file = join(await tempFolder(), 'aws-config');
  const sections = Object.entries(profiles).map(
    ([name, account]) =>
      `[profile ${name}]\naws_access_key_id = ${keysOf(account).accessKeyId}\naws_secret_access_key = local\n`,
  );
  await writeFile(file, sections.join('\n'));
  return file;
}

/** The scene of the demo, whose new pool also takes import jobs. */
const scene = {
  ...demoScene,
  pools: demoScene.pools.map((pool) => ({
    ...pool,
    settings: {
      ...pool.settings,
      AutoVerifiedAttributes: ['email'],
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    },
  })),
};

/** Starts a local AWS and a shell, and sets up what the page begins with. */
export async function startPage({ begin, placeholders = {} }: ExpectedPage): Promise<StartedPage> {
  const started = begin === 'two accounts' ? await acrossAccounts() : await inOneAccount(begin);
  return {
    run: started.run,
    fill: (line) =>
      Object.entries(placeholders).reduce(
        (text, [name, value]) =>
          text.replaceAll(name, () =>
            value.replace(/\{(\w+)\}/, (_all, key) => given(started.values[String(key)], String(key))),
          ),
        line,
      ),
  };
}

async function inOneAccount(begin: ExpectedPage['begin']): Promise<Started> {
  const sandbox = await createSandbox({ delays: noDelays });
  onTestFinished(() => sandbox.close());
  const keys = keysOf(sandbox.account);
  const [from, to] = await setScene(scene, sandbox.url, keys);
  const { idp } = sdkOf(sandbox.url, { account: sandbox.account, region: scene.region });
  const second = await idp.send(
    new CreateUserPoolCommand({
      PoolName: 'partners',
      UsernameAttributes: ['email'],
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    }),
  );
  const values: Values = {
    old: given(from).id,
    second: given(second.UserPool?.Id),
    new: given(to).id,
    client: given(to?.clients[0]).id,
  };
  await idp.send(new CreateGroupCommand({ UserPoolId: given(from).id, GroupName: 'staff' }));
  const shell = await startShell({
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_CONFIG_FILE: await configFile(),
    AWS_REGION: scene.region,
    COGNITO_MIGRATE_OLD_USER_POOL_ID: given(from).id,
    COGNITO_MIGRATE_NEW_USER_POOL_ID: given(to).id,
  });
  if (begin === 'migration')
    await succeeds(shell, 'cognito-migrate init --all-new-clients --add-old-sub --groups all --yes');
  return { run: shell.run, values };
}

/** A live migration between two accounts, whose old half `handoff` could have made too. */
async function acrossAccounts(): Promise<Started> {
  const ground = await startTwoAccounts();
  const config = given(process.env.AWS_CONFIG_FILE);
  const shell = await startShell({
    AWS_ENDPOINT_URL: ground.sandbox.url,
    AWS_CONFIG_FILE: config,
    AWS_PROFILE: 'new',
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
    COGNITO_MIGRATE_OLD_USER_POOL_ID: ground.old.pool,
    COGNITO_MIGRATE_NEW_USER_POOL_ID: ground.new.pool,
  });
  await succeeds(shell, 'cognito-migrate init --old-profile old --all-new-clients --yes');
  const { output } = await succeeds(shell, 'cognito-migrate env');
  const variable = (name: string): string =>
    given(new RegExp(`^(?:export )?${name}='?([^'\\n]*)`, 'm').exec(output)?.[1], name);
  return {
    run: shell.run,
    values: {
      old: ground.old.pool,
      new: ground.new.pool,
      role: variable('OLD_ROLE_ARN'),
      externalId: variable('OLD_EXTERNAL_ID'),
      oldClient: variable('OLD_CLIENT_ID'),
    },
  };
}

async function succeeds(shell: Awaited<ReturnType<typeof startShell>>, line: string): Promise<LineResult> {
  const result = await shell.run(line);
  expect(result.code, result.output).toBe(0);
  return result;
}
