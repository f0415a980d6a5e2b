// What a migration takes without this program: seven AWS CLI commands, here typed by nobody, one right after the other.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { account, region } from './local-aws.mjs';

const run = promisify(execFile);

/** Keys of the local AWS, and nothing of this machine's AWS set-up. */
export const environment = (home, { accessKeyId, secretAccessKey }) => ({
  PATH: process.env.PATH,
  SystemRoot: process.env.SystemRoot,
  HOME: home,
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_DEFAULT_REGION: region,
  AWS_REGION: region,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_PAGER: '',
});

/** pyenv's shim starts a shell for each command, which is not the AWS CLI's own time. */
const behindShim = (file) =>
  file.includes('/shims/') ? execFileSync('pyenv', ['which', 'aws'], { encoding: 'utf8' }).trim() : file;

/** The AWS CLI of this machine: version 2 where there is one, else the first that runs; undefined without any. */
export function findAwsCli(home, keys) {
  if (process.platform === 'win32') return undefined;
  const folders = new Set((process.env.PATH ?? '').split(delimiter));
  const found = [...folders]
    .map((folder) => join(folder, 'aws'))
    .filter((file) => existsSync(file))
    .flatMap((found) => {
      try {
        const file = behindShim(found);
        const options = {
          env: environment(home, keys),
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        };
        const version = execFileSync(file, ['--version'], options).trim().split(' ')[0];
        return [{ file, version }];
      } catch {
        return [];
      }
    });
  return found.find(({ version }) => version.startsWith('aws-cli/2')) ?? found[0];
}

/** Makes the migration's seven things. What the second command needs of the first one's answer a person would copy. */
export async function sevenCommands({ aws, home, keys, endpoint, zip, pools }) {
  const say = async (...words) => {
    const options = { env: environment(home, keys) };
    const { stdout } = await run(aws, ['--endpoint-url', endpoint, '--output', 'text', ...words], options);
    return stdout.trim();
  };
  const name = `by-hand-${pools.fresh.split('_')[1]}`;
  const arn = (id) => `arn:aws:cognito-idp:${region}:${account}:userpool/${id}`;
  const statement = (rest) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...rest }] });
  const trust = statement({ Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' });
  const access = statement({
    Action: ['cognito-idp:AdminGetUser', 'cognito-idp:AdminInitiateAuth'],
    Resource: arn(pools.old),
  });

  const role = await say(
    ...['iam', 'create-role', '--role-name', name],
    ...['--assume-role-policy-document', trust, '--query', 'Role.Arn'],
  );
  const policy = await say(
    ...['iam', 'create-policy', '--policy-name', name],
    ...['--policy-document', access, '--query', 'Policy.Arn'],
  );
  await say('iam', 'attach-role-policy', '--role-name', name, '--policy-arn', policy);
  const client = await say(
    ...['cognito-idp', 'create-user-pool-client', '--user-pool-id', pools.old, '--client-name', name],
    ...['--explicit-auth-flows', 'ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    ...['--query', 'UserPoolClient.ClientId'],
  );
  const variables = `OLD_USER_POOL_ID=${pools.old},OLD_USER_POOL_REGION=${region},OLD_CLIENT_ID=${client}`;
  const lambda = await say(
    ...['lambda', 'create-function', '--function-name', name, '--runtime', 'nodejs22.x'],
    ...['--handler', 'index.handler', '--role', role, '--zip-file', `fileb://${zip}`],
    ...['--environment', `Variables={${variables}}`, '--query', 'FunctionArn'],
  );
  await say(
    ...['lambda', 'add-permission', '--function-name', name, '--statement-id', 'cognito'],
    ...['--action', 'lambda:InvokeFunction', '--principal', 'cognito-idp.amazonaws.com'],
    ...['--source-arn', arn(pools.fresh)],
  );
  await say(
    ...['cognito-idp', 'update-user-pool', '--user-pool-id', pools.fresh],
    ...['--lambda-config', `UserMigration=${lambda}`],
  );
}
