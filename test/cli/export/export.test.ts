import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateUserPoolClientCommand } from '@aws-sdk/client-cognito-identity-provider';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { decodeSettings } from '../../../src/lambda/settings-codec.ts';
import { steps } from '../../../src/steps/index.ts';

import { lambdaTrust } from '../../sandbox/support.ts';
import { given } from '../../support/errors.ts';
import { someInputs } from '../../support/inputs.ts';
import { startLocalAws } from '../../support/local-aws.ts';
import { json, runCli } from '../../support/run-cli.ts';
import { profiles, startTwoAccounts, type TwoAccounts } from '../../support/two-accounts.ts';
import { externalIdIn, halfOf, handoff, textOf } from '../handoff-support.ts';
import { exported, exportWords, handlerZip, sceneOf, textIn } from './support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const formats = ['cloudformation', 'cdk', 'terraform', 'aws-cli', 'json'];
const mainFiles = ['cloudformation.json', 'migration-stack.ts', 'main.tf', 'make.sh', 'wanted.json'];

type Said = ReturnType<typeof JSON.parse>;

const across = (aws: TwoAccounts, format: string, ...more: string[]) =>
  runCli(['export', '--format', format, ...profiles, ...aws.pools, ...aws.where, ...more]);

describe('the steps', () => {
  test('that make something all say the calls that make it, the others none', () => {
    const ids = { ROLE_ARN: 'r', POLICY_ARN: 'p', LAMBDA_ARN: 'l', OLD_CLIENT_ID: 'c' };
    const GROUP_PLAN = { map: { admins: 'admins' }, own: { admins: {} }, made: [], different: [] };
    const values = { ...ids, ALARMS: 'on', GROUP_PLAN };
    for (const step of steps) {
      const { resources } = step.wanted(someInputs(values));
      expect(resources.flatMap(({ calls }) => calls).length > 0, step.id).toBe(step.kind === 'create');
    }
  });

  test('say just what init then sends', async () => {
    const scene = await sceneOf('replaced');
    const boundary = ['--permissions-boundary', 'arn:aws:iam::aws:policy/AdministratorAccess'];
    const folder = await exported(scene, 'json', ...boundary);
    const wanted: Said = JSON.parse(await textIn(folder, 'wanted.json'));
    scene.sandbox.journal.clear();
    expect((await runCli([...scene.init, ...boundary], scene.io)).code).toBe(0);
    const { OLD_CLIENT_ID } = JSON.parse(await textIn(scene.folder, 'state.json')).variables;
    const said = wanted.steps.flatMap(({ calls }: Said) => calls);
    for (const { operation, input } of said) {
      const sent = scene.sandbox.journal.calls.filter((call) => call.operation === operation);
      const documents = sent.map((call) => plain(call.input));
      expect(documents, operation).toContainEqual(
        JSON.parse(JSON.stringify(input).replaceAll(`\${OLD_CLIENT_ID}`, OLD_CLIENT_ID)),
      );
    }
    const made = scene.sandbox.journal
      .writes()
      .filter(({ operation, result }) => result === 'ok' && /^(Create|Attach|Put|Add)/.test(operation));
    expect(said.map(({ operation }: Said) => operation).toSorted()).toEqual(
      made.map(({ operation }) => operation).toSorted(),
    );
  });
});

/** A call as it was sent: policy documents as objects, without the code. */
function plain(input: object): Said {
  const { Code: _code, ...rest }: Said = input;
  return JSON.parse(JSON.stringify(rest), (key, value) =>
    key.endsWith('Document') ? JSON.parse(value) : value,
  );
}

describe('export', () => {
  test.each(formats)('--format %s writes a folder: the page, the document, the code', async (format) => {
    const scene = await sceneOf('plain');
    const folder = await exported(scene, format);
    const main = given(mainFiles[formats.indexOf(format)]);
    expect((await readdir(folder)).toSorted()).toEqual(['README.md', 'handler.zip', main].toSorted());
    expect(await readFile(join(folder, 'handler.zip'))).toEqual(await handlerZip());
    const page = await textIn(folder, 'README.md');
    expect(page).toContain('npx cognito-migrate init');
    expect(page).toContain(`arn:aws:lambda:eu-west-1:111122223333:function:${scene.name}`);
    const flows = 'ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_PASSWORD_AUTH';
    expect(page).toContain(`all flows of web (${scene.clients.web}): ${flows}`);

    await writeFile(join(folder, 'mine.txt'), 'mine');
    const again = [...exportWords(scene, format), '--out', folder];
    const refused = await runCli(again, scene.io);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('is not empty');
    expect((await runCli([...again, '--force'], scene.io)).code).toBe(0);
    expect(await textIn(folder, 'mine.txt')).toBe('mine');
  });

  test.each(formats)(
    '--format %s prints the same document, in a terminal too without breaking a line',
    async (format) => {
      const aws = await startLocalAws();
      const words = ['--old-user-pool-id', aws.oldPool, '--new-user-pool-id', aws.newPool, ...aws.where];
      const argv = ['export', '--format', format, ...words, '--all-new-clients', '--no-input'];
      const folder = join(aws.folder, 'out');
      expect((await runCli([...argv, '--out', folder])).code).toBe(0);
      const written = await textIn(folder, given(mainFiles[formats.indexOf(format)]));
      expect(written).toMatch(/.{121}/); // longer than that terminal is wide
      expect((await runCli(argv, { tty: true })).stdout).toBe(written);
      const { document } = json(await runCli([...argv, '--json']));
      expect(typeof document === 'string' ? document : `${JSON.stringify(document, null, 2)}\n`).toBe(
        written,
      );
      // An app client has a secret; nobody's is here.
      const { ClientSecret } = await aws.client(aws.newPool, aws.clients.ios);
      expect(written).not.toContain(given(ClientSecret));
      expect(written).not.toMatch(/ClientSecret|SecretAccessKey|SECRET_ACCESS/);
      // Nor is anything of this machine.
      expect(written).not.toContain(aws.folder);
      expect(written).not.toContain(aws.sandbox.url);
      expect(aws.sandbox.journal.writes()).toEqual([]);
    },
  );

  test('without a format that it knows names all of them', async () => {
    for (const words of [[], ['--format', 'yaml']]) {
      const { code, stderr } = await runCli(['export', ...words]);
      expect(code).toBe(2);
      expect(stderr).toContain('cloudformation, cdk, terraform, aws-cli, or json');
    }
  });

  test('lists the format with all else that is missing', async () => {
    const { code, stderr } = await runCli(['export', '--no-input', '--state', 'none.json']);
    expect(code).toBe(2);
    for (const flag of ['Missing: --old-user-pool-id', ' --new-user-pool-id', ' --format'])
      expect(stderr).toContain(flag);
    expect(stderr).toMatch(/cognito-migrate export --format cloudformation --out FOLDER/);
  });

  test('says what is in AWS already where that would be refused, and stops at what is somebody else’s', async () => {
    const scene = await sceneOf('plain');
    expect((await runCli(scene.init, scene.io)).code).toBe(0);
    const terraform = await runCli(exportWords(scene, 'terraform'), scene.io);
    expect(terraform.code).toBe(0);
    expect(terraform.stderr).toContain('Already in AWS: role, policy');
    expect((await runCli(exportWords(scene, 'json'), scene.io)).stderr).toBe('');
    const other = await sceneOf('plain');
    await other.sdk.iam.send(
      new CreateRoleCommand({ RoleName: other.name, AssumeRolePolicyDocument: lambdaTrust }),
    );
    const refused = await runCli(exportWords(other, 'json'), other.io);
    expect(refused.code).toBe(4);
    expect(refused.stdout).toBe('');
  });

  test('leaves out what was brought along', async () => {
    const scene = await sceneOf('plain');
    const role = 'arn:aws:iam::111122223333:role/ours';
    const { UserPoolClient } = await scene.oldSdk.idp.send(
      new CreateUserPoolClientCommand({
        UserPoolId: scene.oldPool,
        ClientName: 'theirs',
        ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      }),
    );
    const client = given(UserPoolClient?.ClientId);
    const folder = await exported(scene, 'json', '--role-arn', role, '--old-client-id', client);
    const wanted: Said = JSON.parse(await textIn(folder, 'wanted.json'));
    expect(wanted.steps.map(({ step }: Said) => step)).toEqual([
      'log-group',
      'lambda-function',
      'invoke-permission',
    ]);
    expect(wanted.steps[1].wanted).toMatchObject({ role, environment: { OLD_CLIENT_ID: client } });
    expect(wanted.init).toContain(`--old-client-id ${client} --role-arn ${role}`);
  });

  test('has the chosen settings in the environment of the function, as it reads them', async () => {
    const scene = await sceneOf('plain');
    const folder = await exported(scene, 'json', '--mfa', 'reset', '--set', 'custom:x=y', '--drop', 'name');
    const wanted: Said = JSON.parse(await textIn(folder, 'wanted.json'));
    const { wanted: props, calls } = wanted.steps.find(({ step }: Said) => step === 'lambda-function');
    const settings = decodeSettings(calls[0].input.Environment.Variables.MIGRATION_SETTINGS);
    expect(settings).toMatchObject({ mfa: 'reset', map: { set: { 'custom:x': 'y' }, drop: ['name'] } });
    expect(props.settings).toEqual(JSON.parse(JSON.stringify(settings)));
    expect(wanted.init).toContain('--mfa reset --drop name --set custom:x=y');
  });
});

describe('between two accounts', () => {
  test('both halves have one external ID, which stays once there is a role with it', async () => {
    const aws = await startTwoAccounts();
    const idIn = async (): Promise<string> => {
      const { document }: Said = json(await across(aws, 'json', '--json'));
      const byStep = (id: string): Said => document.steps.find(({ step }: Said) => step === id);
      const { OLD_EXTERNAL_ID, OLD_ROLE_ARN } = byStep('lambda-function').wanted.environment;
      const role = byStep('old-account-role');
      expect(role).toMatchObject({ account: '444455556666', region: 'eu-west-1' });
      expect(byStep('old-client')).toMatchObject({ account: '444455556666' });
      expect(byStep('lambda-role')).toMatchObject({ account: '111122223333', region: 'us-east-2' });
      expect(externalIdIn(role.wanted.trustPolicy)).toBe(OLD_EXTERNAL_ID);
      expect(OLD_ROLE_ARN).toBe(`arn:aws:iam::444455556666:role/${aws.name}`);
      return OLD_EXTERNAL_ID;
    };
    const first = await idIn();
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(await idIn()).not.toBe(first);
    expect(
      (await runCli(['init', ...profiles, ...aws.pools, ...aws.where, '--all-new-clients', '--yes'])).code,
    ).toBe(0);
    const made = externalIdIn((await halfOf(aws)).trust);
    expect(await idIn()).toBe(made);
  });

  test('the old half lies in its own folder, as handoff writes it', async () => {
    const aws = await startTwoAccounts();
    const out = join(aws.folder, 'out');
    expect((await across(aws, 'aws-cli', '--out', out)).code).toBe(0);
    const id = given(/"OLD_EXTERNAL_ID": "(\w+)"/.exec(await textIn(out, 'make.sh'))?.[1]);
    await handoff(aws, '--old-external-id', id);
    for (const name of ['README.md', 'cloudformation.json', 'make.sh', 'remove.sh', 'terraform/main.tf'])
      expect(await textIn(out, `old-account/${name}`)).toBe(await textOf(aws, name));
    const page = await textIn(out, 'README.md');
    expect(page).toContain('sh make.sh ID');
    // Both commands of the page enter the old account: init would not find the pool otherwise, nor teardown the half.
    expect(page.match(/--old-profile old/g)).toHaveLength(2);
    expect(await textIn(out, 'make.sh')).toContain('--old-profile old');
    // The half may be made by now: written again, both sides keep what they have agreed on.
    expect((await across(aws, 'aws-cli', '--out', out, '--force')).code).toBe(0);
    expect(await textIn(out, 'make.sh')).toContain(`"OLD_EXTERNAL_ID": "${id}"`);
    expect(await textIn(out, 'old-account/make.sh')).toContain(id);
  });
});
