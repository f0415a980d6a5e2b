import { describe, expect, test, vi } from 'vitest';
import {
  ConcurrentChange,
  readClient,
  replanOnChange,
  restoreClient,
  SettingsDiffer,
  setPasswordFlow,
} from '../../../src/aws/user-pool-client/index.ts';
import { fakeClock, paceOf } from '../../support/clock.ts';
import { type JsonObject, poolId, Refusal } from '../user-pool/stub.ts';
import { type ClientStub, clientId, clientStub, fullClient, secret } from './stub.ts';

const options = paceOf();
const read = (aws: ClientStub) => readClient(aws.idp, poolId, clientId);
const add = async (aws: ClientStub) => setPasswordFlow(aws.idp, await read(aws), 'add', options);

function settings({ LastModifiedDate: _, ...client }: JsonObject): JsonObject {
  return client;
}

describe('secrets', () => {
  test('are in nothing that is returned or sent', async () => {
    const aws = clientStub();
    const before = await read(aws);
    const done = await setPasswordFlow(aws.idp, before, 'add', options);
    expect(JSON.stringify([before, done])).not.toContain(secret);
    expect(JSON.stringify(aws.calls)).not.toContain(secret);
    expect(aws.client.ClientSecret).toBe(secret);
  });

  test('nor in the error about what differs', async () => {
    const aws = clientStub();
    aws.after = () => {
      aws.client = { ...aws.client, ClientName: 'other' };
    };
    aws.before = (operation) => {
      if (operation === 'DescribeUserPoolClient' && aws.count('UpdateUserPoolClient') === 0)
        aws.client = fullClient();
    };
    const error = await add(aws).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SettingsDiffer);
    expect(JSON.stringify(error)).not.toContain(secret);
  });

  test('of a kind that is not known yet are kept out, and then the client is left alone', async () => {
    const aws = clientStub({ ClientSecretsNextYear: [{ ClientSecretValue: secret }] });
    const before = await read(aws);
    expect(before.withheld).toEqual(['ClientSecretsNextYear']);
    expect(JSON.stringify(before.raw)).not.toContain(secret);
    await expect(async () => setPasswordFlow(aws.idp, before, 'add', options)).rejects.toMatchObject({
      code: 'UNKNOWN_SECRET_SETTING',
      found: ['ClientSecretsNextYear'],
    });
    expect(aws.count('UpdateUserPoolClient')).toBe(0);
  });
});

describe('setPasswordFlow', () => {
  test('adds the flow and keeps everything else', async () => {
    const aws = clientStub({ FutureSetting: { a: 1 } });
    const { after, verified } = await add(aws);
    const flows = ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_PASSWORD_AUTH'];
    expect(after.client.ExplicitAuthFlows).toEqual(flows);
    expect(settings(aws.client)).toEqual(
      settings(fullClient({ ExplicitAuthFlows: flows, FutureSetting: { a: 1 } })),
    );
    expect(verified).toBeGreaterThan(20);
  });

  test('writes nothing where the flow is on, or nothing is to be undone', async () => {
    const aws = clientStub({ ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] });
    await add(aws);
    await setPasswordFlow(aws.idp, await read(aws), { undo: 'added' }, options);
    await setPasswordFlow(aws.idp, await read(aws), { undo: 'legacy' }, options);
    expect(aws.count('UpdateUserPoolClient')).toBe(0);
  });

  test('puts an empty list back by leaving it out', async () => {
    const aws = clientStub({ ExplicitAuthFlows: null });
    await add(aws);
    expect(aws.client.ExplicitAuthFlows).toHaveLength(4);
    await setPasswordFlow(aws.idp, await read(aws), { undo: 'was-empty' }, options);
    expect(settings(aws.client)).toEqual(settings(fullClient({ ExplicitAuthFlows: null })));
  });

  test('takes a spelled-out default for what it means', async () => {
    const aws = clientStub({ ExplicitAuthFlows: null, RefreshTokenValidity: 0, TokenValidityUnits: null });
    aws.after = (operation) => {
      if (operation === 'UpdateUserPoolClient') aws.client = { ...aws.client, RefreshTokenValidity: 30 };
    };
    await expect(add(aws)).resolves.toMatchObject({ verified: expect.any(Number) });
  });

  test('does not take days for hours', async () => {
    const aws = clientStub();
    aws.after = (operation) => {
      if (operation === 'UpdateUserPoolClient')
        aws.client = { ...aws.client, TokenValidityUnits: { AccessToken: 'minutes' } };
    };
    await expect(add(aws)).rejects.toMatchObject({
      code: 'SETTINGS_DIFFER',
      found: ['TokenValidityUnits.RefreshToken: "hours" → "days"'],
    });
  });

  test('is stopped by a change of somebody else, and keeps that in a new plan', async () => {
    const aws = clientStub();
    const before = await read(aws);
    aws.client = { ...aws.client, AuthSessionValidity: 15, LastModifiedDate: 1763812999 };
    await expect(setPasswordFlow(aws.idp, before, 'add', options)).rejects.toBeInstanceOf(ConcurrentChange);
    expect(aws.count('UpdateUserPoolClient')).toBe(0);
    await replanOnChange(
      () => read(aws),
      (now) => setPasswordFlow(aws.idp, now, 'add', options),
    );
    expect(aws.client).toMatchObject({
      AuthSessionValidity: 15,
      ExplicitAuthFlows: expect.arrayContaining(['ALLOW_USER_PASSWORD_AUTH']),
    });
  });

  test('finds a lost answer to have been a success, and reads before it tries again', async () => {
    const lost = clientStub();
    lost.after = (operation, nth) => {
      if (operation === 'UpdateUserPoolClient' && nth === 1)
        throw new Refusal('InternalErrorException', 'lost', 500);
    };
    await add(lost);
    expect(lost.count('UpdateUserPoolClient')).toBe(1);

    const failed = clientStub();
    failed.before = (operation, nth) => {
      if (operation === 'UpdateUserPoolClient' && nth === 1) throw new Refusal('TooManyRequestsException');
    };
    await add(failed);
    expect(failed.calls.map(({ operation }) => operation.replace('UserPoolClient', ''))).toEqual([
      'Describe',
      'Describe',
      'Update',
      'Describe',
      'Update',
      'Describe',
    ]);
  });

  describe('what must be done meanwhile', () => {
    const names = (aws: ReturnType<typeof clientStub>) => aws.calls.map(({ operation }) => operation);

    test('begins with the read before the write, and is over before anything is sent', async () => {
      const aws = clientStub();
      const before = await read(aws);
      const seen: string[][] = [];
      await setPasswordFlow(aws.idp, before, 'add', {
        ...options,
        meanwhile: async () => {
          seen.push(names(aws));
          await vi.waitFor(() => expect(names(aws)).toHaveLength(2)); // the read, which does not wait for this
          seen.push(names(aws));
        },
      });
      const reads = (count: number) => Array.from({ length: count }, () => 'DescribeUserPoolClient');
      expect(seen).toEqual([reads(1), reads(2)]);
      expect(aws.count('UpdateUserPoolClient')).toBe(1);
    });

    test('makes the read an old one when it takes longer, so that there is another right before the write', async () => {
      const aws = clientStub();
      const before = await read(aws);
      const clock = fakeClock();
      await setPasswordFlow(aws.idp, before, 'add', {
        ...options,
        clock,
        meanwhile: async () => {
          await vi.waitFor(() => expect(names(aws)).toHaveLength(2));
          await new Promise((resolve) => setTimeout(resolve, 20)); // the answer is there too
          clock.advance(5000);
        },
      });
      expect(names(aws).indexOf('UpdateUserPoolClient')).toBe(3);
    });

    test('keeps the write from being sent when it fails', async () => {
      const aws = clientStub();
      const before = await read(aws);
      const meanwhile = () => Promise.reject(new Error('no record'));
      await expect(setPasswordFlow(aws.idp, before, 'add', { ...options, meanwhile })).rejects.toThrow(
        'no record',
      );
      expect(aws.count('UpdateUserPoolClient')).toBe(0);
    });
  });

  test('lets a refusal of AWS through', async () => {
    const aws = clientStub();
    aws.before = (operation) => {
      if (operation === 'UpdateUserPoolClient')
        throw new Refusal('InvalidParameterException', 'Invalid range for token validity.');
    };
    await expect(add(aws)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: /token validity/,
    });
  });
});

describe('restoreClient', () => {
  test('writes the before-image back, and nothing when nothing is different', async () => {
    const aws = clientStub({ FutureSetting: [1] });
    const { raw } = await read(aws);
    await add(aws);
    aws.client = { ...aws.client, ClientName: 'other', FutureSetting: [2] };
    const { restored } = await restoreClient(aws.idp, { raw }, options);
    expect(restored.map(({ path }) => path).sort()).toEqual([
      'ClientName',
      'ExplicitAuthFlows',
      'FutureSetting',
    ]);
    expect(settings(aws.client)).toEqual(settings(fullClient({ FutureSetting: [1] })));
    await expect(restoreClient(aws.idp, { raw }, options)).resolves.toMatchObject({
      restored: [],
      verified: 0,
    });
    expect(aws.count('UpdateUserPoolClient')).toBe(2);
  });
});
