/** The config file: the precedence of its values, the messages, and every refused file. */
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fromJSONSchema } from 'zod';
import { configJsonSchema } from '../../src/cli/commands/config-schema/command.ts';
import { acceptedMembers, configMembers } from '../../src/core/variables/config-members.ts';
import { envOf, flagOf, isFlagName, names } from '../../src/core/variables/index.ts';
import { start } from '../e2e/support.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { type CliResult, json, runCli } from '../support/run-cli.ts';
import { streamOf } from '../support/stream-lines.ts';
import { tempFolder } from '../support/temp.ts';

/** A file with this content, in its own folder. */
async function configFile(content: object | string | Uint8Array): Promise<string> {
  const file = join(await tempFolder(), 'migration.json');
  const isText = typeof content === 'string' || content instanceof Uint8Array;
  await writeFile(file, isText ? content : JSON.stringify(content));
  return file;
}

/** plan with a config file, where AWS cannot be reached: whatever is refused is refused before. */
const planWith = (file: string, ...more: string[]): Promise<CliResult> =>
  runCli(['plan', '--config', file, '--endpoint-url', 'http://127.0.0.1:9', '--json', ...more], {
    env: { AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' },
  });

const errorOf = (result: CliResult): unknown => json(result).error;

async function refusedWith(file: string): Promise<unknown> {
  const result = await planWith(file);
  expect(result.code).toBe(2);
  return errorOf(result);
}

const poolsOf = (aws: LocalAws) => ({ oldUserPoolId: aws.oldPool, newUserPoolId: aws.newPool });

describe('the members', () => {
  test('are the flags in camel case, and each is accepted or has a reason', () => {
    expect(configMembers.map(({ name }) => name)).toEqual(names.filter(isFlagName));
    for (const { name, member } of configMembers)
      expect(`--${member.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`).toBe(flagOf(name));
    const refused = configMembers.filter(({ refusal }) => refusal !== undefined).map(({ member }) => member);
    expect(refused.toSorted()).toEqual(
      [
        'accept chain config dryRun endpointUrl groupRole groups json moveOnce noColor noInput oldExternalId oldProfile oldRoleArn oldRoleToAssume',
        'oldSignIn profile quiet region replaceTrigger roleArn state stream verbose yes',
      ].flatMap((line) => line.split(' ')),
    );
  });

  test.each(configMembers.filter(({ refusal }) => refusal !== undefined))(
    '$member is refused with its reason, in any spelling',
    async ({ name, member, refusal }) => {
      for (const spelling of [member, flagOf(name)?.slice(2) ?? '', name]) {
        if (spelling === name && !member.toLowerCase().startsWith(name.replaceAll('_', '').toLowerCase()))
          continue; // ROLE_ARN is not the name of the variable EXISTING_ROLE_ARN
        const error = await refusedWith(
          await configFile({ mfa: 'reset', [spelling]: 'http://evil.example' }),
        );
        expect(error).toMatchObject({ code: 'CONFIG_REFUSED' });
        expect(JSON.stringify(error)).toContain(
          `${member} is not allowed in a config file, because ${refusal}`,
        );
        expect(JSON.stringify(error)).toContain(`Use ${flagOf(name)} or ${envOf(name)}`);
        expect(JSON.stringify(error)).not.toContain('evil');
      }
    },
  );

  test('vouching for usernames is a consent, and other rules are not', async () => {
    const error = await refusedWith(await configFile({ map: { username: 'email', a: 'b' } }));
    expect(error).toMatchObject({
      code: 'CONFIG_REFUSED',
      message: expect.stringContaining('username in map is not allowed in a config file'),
    });
    expect(await refusedWith(await configFile({ map: { a: 'b' } }))).toMatchObject({ code: 'MISSING_INPUT' });
  });

  test.each([
    ['mfaa', 'Did you mean mfa?'],
    ['log-retention', 'Did you mean logRetention?'],
    ['COGNITO_MIGRATE_LOG_RETENTION', 'Did you mean logRetention?'],
    ['newClientIds', 'Did you mean newClientId?'],
    ['tags', 'Did you mean tag?'],
    ['__proto__', 'cognito-migrate config-schema  lists the members.'],
    ['breakLock', 'cognito-migrate config-schema  lists the members.'],
  ])('unknown member %s: %s', async (member, hint) => {
    const error = await refusedWith(await configFile(`{ ${JSON.stringify(member)}: "Hunter2-value" }`));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(JSON.stringify(error)).toContain(`unknown member \\"${member}\\"`);
    expect(JSON.stringify(error)).toContain(hint);
    expect(JSON.stringify(error)).not.toContain('Hunter2');
  });

  test.each(['password', 'clientSecret', 'AWS_ACCESS_KEY_ID', 'sessionToken'])(
    'a secret is refused, and not repeated: %s',
    async (member) => {
      const error = await refusedWith(await configFile({ [member]: 'Hunter2-value' }));
      expect(error).toMatchObject({
        code: 'CONFIG_REFUSED',
        message: expect.stringContaining('a config file never contains secrets'),
      });
      expect(JSON.stringify(error)).not.toContain('Hunter2');
    },
  );

  test.each([
    ['mfa', 'never', 'must be block, reset, or allow (got "never")'],
    ['mfa', true, 'must be a string (got true)'],
    ['newClientId', 'abc', 'must be a list of strings (got "abc")'],
    ['newClientId', ['-'], 'an app client ID is letters and digits (got "-")'],
    ['newClientId', null, 'must be a list of strings (got null)'],
    [
      'map',
      ['a=b'],
      'must be an object of strings, with no "=" and no outer spaces in its names (got ["a=b"])',
    ],
    ['map', { 'cognito:username': 'name' }, 'Amazon Cognito manages attributes'],
    ['map', { 'username ': 'email' }, 'with no "=" and no outer spaces in its names'],
    ['set', { 'username=email': 'x' }, 'with no "=" and no outer spaces in its names'],
    ['tag', { '': 'x' }, 'must be an object of strings'],
    ['tag', { team: 7 }, 'must be an object of strings'],
    ['tag', { 'aws:x': '' }, 'tag keys that begin with "aws:" are reserved for AWS'],
    ['logRetention', '90', 'must be a number (got "90")'],
    ['logRetention', 31, 'must be one of 1, 3, 5'],
    ['addOldSub', 'yes', 'must be true or false (got "yes")'],
    ['oldUserPoolId', 'nonsense', 'a user pool ID looks like'],
    ['name', 'x'.repeat(1000), 'xxx…)'],
  ])('%s: %j is reported with file and member', async (member, value, problem) => {
    const file = await configFile({ [member]: value });
    const result = await planWith(file);
    expect(result.code).toBe(2);
    expect(errorOf(result)).toMatchObject({ code: 'BAD_INPUT' });
    expect(result.stderr).toContain(`${member} in ${file}`);
    expect(result.stderr).toContain(problem);
  });

  test('all wrong values are reported at once, with those of flags and variables', async () => {
    const file = await configFile({ mfa: 'never', logRetention: 31 });
    const { code, stderr } = await planWith(file, '--runtime', 'nodejs8');
    expect(code).toBe(2);
    for (const part of [`mfa in ${file} must be `, `logRetention in ${file} must be `, '--runtime must be '])
      expect(stderr).toContain(part);
  });
});

describe('the file', () => {
  const unreadable = (why: string) => ({
    code: 'CONFIG_UNREADABLE',
    message: expect.stringMatching(
      new RegExp(`^Cannot use the config file .*: ${why.replaceAll(/[()]/g, String.raw`\$&`)}`),
    ),
    hint: expect.arrayContaining(['--config none  ignores the config file.']),
  });
  const invalid = (why: string) => ({ ...unreadable(why), code: 'CONFIG_INVALID' });

  test('may begin with a byte order mark, and may name its schema', async () => {
    const file = await configFile('\uFEFF{ "$schema": "./x.json", "mfa": "reset" }');
    // The pools are missing, so the file itself is right.
    expect(await refusedWith(file)).toMatchObject({ code: 'MISSING_INPUT' });
  });

  test.each([
    ['comments', '{ // the old pool\n "mfa": "reset" }', 'it contains comments, which JSON does not allow'],
    ['block comments', '/* Hunter2 */ { "name": "a//b" }', 'it contains comments, which JSON does not allow'],
    ['slashes in a string only', '{ "name": "a//b", }', 'it is not JSON'],
    ['a comma too many', '{\n "mfa": "reset",\n}', 'it is not JSON'],
    ['nothing', '', 'it is not JSON'],
    ['a list', '[]', 'it is not a JSON object'],
    ['a word', '"Hunter2"', 'it is not a JSON object'],
    ['a member twice', '{ "mfa": "block", "name": "x", "mfa": "allow" }', 'it has the member "mfa" twice'],
    [
      'a member twice, once escaped',
      '{"mfa" : "block", "\\u006dfa" : "allow"}',
      'it has the member "mfa" twice',
    ],
    [
      'a member of a member twice',
      '{ "tag": { "a": "Hunter2", "b": "", "a": "" } }',
      'it has the member "a" twice',
    ],
    [
      'a long member twice',
      `{ "${'x'.repeat(99)}": 1, "${'x'.repeat(99)}": 2 }`,
      `it has the member "${'x'.repeat(40)}…" twice`,
    ],
    ['many members', JSON.stringify({ ...new Array(101).fill(0) }), 'it has 101 members'],
    [
      'lists in lists',
      `{ "mfa": ${'['.repeat(1e5)}${']'.repeat(1e5)} }`,
      'it is nested more than 100 levels deep',
    ],
    ['null', 'null', 'it is not a JSON object'],
  ])('with %s is told', async (_, text, why) => {
    const error = await refusedWith(await configFile(text));
    expect(error).toMatchObject(invalid(why));
    expect(JSON.stringify(error)).not.toContain('Hunter2');
  });

  test('may have the same name in two objects, as a value, and in a list', async () => {
    const file = await configFile(
      '{ "tag": { "mfa": "tag", "tag": "mfa" }, "mfa": "reset", "drop": ["mfa", "mfa:"] }',
    );
    expect(await refusedWith(file)).toMatchObject({ code: 'MISSING_INPUT' });
  });

  test('with quotation marks only is told as soon as any other', async () => {
    const error = await refusedWith(await configFile(`"${'\\"'.repeat(130_000)}`));
    expect(error).toMatchObject(invalid('it is not JSON'));
  }, 20_000);

  test('in UTF-16, as PowerShell 5 writes it, is reported', async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('{}', 'utf16le')]);
    expect(await refusedWith(await configFile(bytes))).toMatchObject(invalid('it is not UTF-8 text'));
  });

  test('that is named must exist, be a regular file, and be small', async () => {
    const folder = await tempFolder();
    expect(await refusedWith(join(folder, 'none.json'))).toMatchObject(unreadable('the file does not exist'));
    expect(await refusedWith(folder)).toMatchObject(unreadable('it is a folder'));
    const file = await configFile('{}');
    expect(await refusedWith(join(file, 'below'))).toMatchObject(unreadable('ENOTDIR'));
    if (process.platform !== 'win32') {
      execFileSync('mkfifo', [join(folder, 'pipe')]);
      expect(await refusedWith(join(folder, 'pipe'))).toMatchObject(unreadable('it is not a regular file'));
    }
    const large = await configFile(`{ "name": "${'x'.repeat(256 * 1024)}" }`);
    expect(await refusedWith(large)).toMatchObject(unreadable('it is larger than 256 KB'));
  });

  // A file mode would prove nothing where the tests run as root, who reads every file.
  test('whose links lead back to themselves is reported with the code of the system', async () => {
    const loop = join(await tempFolder(), 'loop.json');
    await symlink(loop, loop);
    expect(await refusedWith(loop)).toMatchObject(unreadable('ELOOP'));
  });

  test('in the working folder is read, unless it is a link; --config follows a link', async () => {
    const folder = await tempFolder();
    const own = join(folder, 'cognito-migrate.config.json');
    const target = await configFile({ mfa: 'never' });
    await symlink(target, own);
    const linked = await start(folder, ['plan']).ended;
    expect(linked).toMatchObject({ code: 2, stdout: '' });
    expect(linked.stderr).toContain('it is a symbolic link');
    const followed = await start(folder, ['plan', '--config', 'cognito-migrate.config.json']).ended;
    expect(followed.stderr).toContain('mfa in cognito-migrate.config.json must be block, reset, or allow');
    const left = await start(folder, ['plan', '--config', 'none']).ended;
    expect(left.stderr).toContain('Missing: --old-user-pool-id');
    const byEnv = await start(folder, ['plan'], { COGNITO_MIGRATE_CONFIG: 'none' }).ended;
    expect(byEnv.stderr).toContain('Missing: --old-user-pool-id');
  });

  test('that is a folder in the working folder is reported', async () => {
    const folder = await tempFolder();
    await mkdir(join(folder, 'cognito-migrate.config.json'));
    const { code, stderr } = await start(folder, ['status']).ended;
    expect(code).toBe(2);
    expect(stderr).toContain('it is a folder');
  });
});

describe('a migration in a file', () => {
  test('works with init, plan, status, and teardown', async () => {
    const aws = await startLocalAws();
    const own = join(aws.folder, 'cognito-migrate.config.json');
    const wanted = {
      ...poolsOf(aws),
      newClientId: [aws.clients.web],
      logRetention: 90,
      tag: { team: 'identity' },
    };
    await writeFile(own, JSON.stringify(wanted));
    const env = { AWS_ENDPOINT_URL: aws.sandbox.url };
    const run = (...words: string[]) => start(aws.folder, words, env).ended;

    const planned = await run('plan');
    expect(planned.code).toBe(0);
    expect(planned.stderr.match(/Config file: cognito-migrate\.config\.json/g)).toHaveLength(1);
    expect(planned.stdout).toContain('  From cognito-migrate.config.json:');
    expect(planned.stdout).toMatch(/^ {4}logRetention +90$/m);
    expect(planned.stdout).toMatch(/^ {4}tag +\{"team":"identity"\}$/m);

    const planDocument: unknown = JSON.parse((await run('plan', '--log-retention', '7', '--json')).stdout);
    const { logRetention: _given, ...rest } = wanted;
    expect(planDocument).toMatchObject({ configFile: 'cognito-migrate.config.json', fromConfigFile: rest });
    expect(planDocument).not.toHaveProperty('fromConfigFile.logRetention');

    const made = await run('init', '--yes', '--json', '--stream');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const { result, events } = streamOf(made.stdout);
    expect(result).toMatchObject({ ok: true, configFile: 'cognito-migrate.config.json' });
    expect(events.filter(({ type }) => type === 'config')).toMatchObject([
      { file: 'cognito-migrate.config.json' },
    ]);
    const retention = () =>
      aws.sandbox.journal.calls.findLast(({ operation }) => operation === 'PutRetentionPolicy')?.input
        .retentionInDays;
    expect(retention()).toBe(90);

    for (const words of [
      ['status', '--json'],
      ['users', '--json'],
      ['doctor', '--json'],
      ['policy', '--json'],
      ['logs', '--json'],
      ['export', '--format', 'json', '--json'],
    ]) {
      const { code, stdout, stderr } = await run(...words);
      expect({ words, code, stderr }).toEqual({ words, code: 0, stderr: '' });
      expect(JSON.parse(stdout), words.join(' ')).toMatchObject({
        configFile: 'cognito-migrate.config.json',
      });
    }
    // The environment counts more than the file, and the file more than the state file.
    await run('init', '--yes', '--log-retention', '7');
    expect(retention()).toBe(7);
    await run('init', '--yes');
    expect(retention()).toBe(90);
    await start(aws.folder, ['init', '--yes'], { ...env, COGNITO_MIGRATE_LOG_RETENTION: '30' }).ended;
    expect(retention()).toBe(30);

    const gone = await run('teardown', '--yes', '--json');
    expect(gone).toMatchObject({ code: 0, stderr: '' });
    expect(await readdir(aws.folder)).toEqual([
      expect.stringMatching(/^cognito-migrate-report-\d{4}-\d\d-\d\d\.html$/),
      'cognito-migrate.config.json',
    ]);
    expect(JSON.parse(await readFile(own, 'utf8'))).toEqual(wanted);
  }, 60_000);

  test('named app clients take precedence over all app clients of the file', async () => {
    const aws = await startLocalAws();
    const file = await configFile({ ...poolsOf(aws), allNewClients: true });
    const planned = await runCli([
      'plan',
      ...aws.where,
      '--config',
      file,
      '--new-client-id',
      aws.clients.web,
      '--json',
    ]);
    const { items, fromConfigFile } = json(planned);
    expect(fromConfigFile).toEqual(poolsOf(aws));
    const clients = Array.isArray(items) ? items.filter(({ step }) => step === 'new-clients') : [];
    expect(clients.map(({ key }) => key)).toEqual([aws.clients.web]);
  });

  test('an app client of the file must exist', async () => {
    const aws = await startLocalAws();
    const file = await configFile({ ...poolsOf(aws), newClientId: ['nowhere'] });
    const planned = await runCli(['plan', ...aws.where, '--config', file, '--json']);
    expect(errorOf(planned)).toMatchObject({ code: 'CLIENT_NOT_FOUND' });
  });

  test('with pools other than those in the state file stops every command before a call to AWS', async () => {
    const aws = await startLocalAws();
    expect(await runCli(aws.init('--all-new-clients', '--yes'))).toMatchObject({ code: 0 });
    aws.sandbox.journal.clear();
    const file = await configFile({ newUserPoolId: 'us-east-2_Other' });
    for (const command of ['init', 'plan', 'status', 'teardown', 'users', 'export']) {
      const result = await runCli([command, ...aws.where, '--config', file, '--json']);
      expect(result.code, command).toBe(6);
      expect(errorOf(result)).toMatchObject({
        code: 'STATE_OTHER_MIGRATION',
        message: `${file} and ${aws.file} belong to different migrations: newUserPoolId is us-east-2_Other in the first, and ${aws.newPool} in the second`,
      });
    }
    expect(aws.sandbox.journal.calls).toEqual([]);
    // A flag that says the same as the state file counts more than the config file.
    const flagged = await runCli([
      'status',
      ...aws.where,
      '--config',
      file,
      '--new-user-pool-id',
      aws.newPool,
    ]);
    expect(flagged.code).toBe(0);
  });

  test('is not read by commands that work on pools of their own', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'cognito-migrate.config.json'), '{ "accept": ["CM101"] }');
    for (const words of [['demo'], ['config-schema'], ['completion', 'bash'], ['explain', 'mfa']])
      expect(await start(folder, words).ended, words.join(' ')).toMatchObject({ code: 0 });
    const refused = await start(folder, ['plan']).ended;
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('accept is not allowed in a config file');
  }, 60_000);
});

describe('config-schema', () => {
  test('prints the schema that the package has', async () => {
    const { code, stdout } = await runCli(['config-schema']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(configJsonSchema());
    const shipped = await readFile(new URL('../../dist/config.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(shipped)).toEqual(configJsonSchema());
  });

  test('describes each member that is accepted, and no other', () => {
    const schema = fromJSONSchema(JSON.parse(JSON.stringify(configJsonSchema())));
    const isValid = (content: object) => schema.safeParse(content).success;
    expect(
      isValid({
        $schema: 'x',
        oldUserPoolId: 'us-east-2_AbC',
        newClientId: ['abc'],
        mfa: 'reset',
        findBy: 'none',
        map: { a: 'b' },
        logRetention: 90,
        addOldSub: true,
        forwardClientMetadata: ['tenant'],
        tag: { team: 'identity' },
      }),
    ).toBe(true);
    for (const wrong of [
      { mfa: 'never' },
      { newClientId: 'abc' },
      { logRetention: 31 },
      { profile: 'prod' },
      { tag: { a: 1 } },
    ])
      expect(isValid(wrong), JSON.stringify(wrong)).toBe(false);
    const properties = Object.keys(JSON.parse(JSON.stringify(configJsonSchema())).properties);
    expect(properties).toEqual(['$schema', ...acceptedMembers.map(({ member }) => member)]);
  });
});
