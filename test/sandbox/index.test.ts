import { CreateRoleCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, expect, test } from 'vitest';
import { awsDelays, createSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/index.ts';
import { clientsOf, errorOf, fakeClock, keyOf, lambdaTrust } from './support.ts';

const open: Sandbox[] = [];
const start = async (options?: SandboxOptions) => {
  const sandbox = await createSandbox(options);
  open.push(sandbox);
  return sandbox;
};
afterEach(() => Promise.all(open.splice(0).map((sandbox) => sandbox.close())));

test('a sandbox takes about as long as AWS unless told otherwise', async () => {
  const sandbox = await start({ delays: { latency: 7 } });
  expect(sandbox.world.delays).toEqual({ ...awsDelays, latency: 7 });
  expect(sandbox.url).toBe(`http://127.0.0.1:${sandbox.port}`);
});

test('latency is slept before every answer', async () => {
  const clock = fakeClock(0);
  const sandbox = await start({ now: clock.now, sleep: clock.sleep, delays: { latency: 50 } });
  const { sts } = clientsOf(sandbox);
  for (let count = 0; count < 3; count += 1) await sts.send(new GetCallerIdentityCommand({}));
  expect(clock.now()).toBe(150);
});

test('accounts and sandboxes share nothing', async () => {
  const [one, two] = [await start(), await start()];
  const create = new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: lambdaTrust });
  await clientsOf(one).iam.send(create);
  const count = async (sandbox: Sandbox, account: string) =>
    (await clientsOf(sandbox, keyOf(account)).iam.send(new ListRolesCommand({}))).Roles?.length;
  expect(await count(one, '111122223333')).toBe(1);
  expect(await count(one, '444455556666')).toBe(0);
  expect(await count(two, '111122223333')).toBe(0);
});

test('randomness can be injected', async () => {
  const sandbox = await start({ randomBytes: (length) => new Uint8Array(length) });
  const { Role } = await clientsOf(sandbox).iam.send(
    new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: lambdaTrust }),
  );
  expect(Role?.RoleId).toBe(`AROA${'A'.repeat(17)}`);
});

test('a taken port is an error, and close frees it', async () => {
  const first = await start();
  expect((await errorOf(createSandbox({ port: first.port }))).message).toContain('EADDRINUSE');
  await first.close();
  await first.close();
  expect((await start({ port: first.port })).port).toBe(first.port);
});
