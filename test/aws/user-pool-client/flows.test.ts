import { describe, expect, test } from 'vitest';
import {
  flowRecord,
  flowsWithPassword,
  passwordFlow,
  readClient,
  undoFlow,
  unsuitable,
} from '../../../src/aws/user-pool-client/index.ts';
import { type JsonObject, poolId } from '../user-pool/stub.ts';
import { clientId, clientStub } from './stub.ts';

async function clientOf(changes: JsonObject) {
  const aws = clientStub(changes);
  return (await readClient(aws.idp, poolId, clientId)).client;
}

const withFlows = (...flows: string[]) => clientOf({ ExplicitAuthFlows: flows });
const rotating: JsonObject = { RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 } };

describe('passwordFlow', () => {
  test('knows both families by their names', async () => {
    expect(passwordFlow(await withFlows('ALLOW_USER_PASSWORD_AUTH'))).toMatchObject({
      enabled: true,
      family: 'allow',
    });
    expect(passwordFlow(await withFlows('USER_PASSWORD_AUTH'))).toMatchObject({
      enabled: true,
      family: 'legacy',
    });
    expect(passwordFlow(await withFlows('ADMIN_NO_SRP_AUTH'))).toMatchObject({
      enabled: false,
      family: 'legacy',
    });
    expect(passwordFlow(await withFlows('ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_USER_AUTH'))).toMatchObject({
      enabled: false,
      family: 'allow',
    });
  });

  test('takes a flow of a later year for a new one', async () => {
    expect(passwordFlow(await withFlows('ALLOW_TELEPATHY'))).toMatchObject({
      enabled: false,
      family: 'allow',
    });
    expect(passwordFlow(await withFlows('TELEPATHY'))).toMatchObject({ family: 'allow' });
  });

  test('says what an empty or missing list stands for', async () => {
    const defaults = ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH'];
    for (const ExplicitAuthFlows of [null, []]) {
      expect(passwordFlow(await clientOf({ ExplicitAuthFlows }))).toEqual({
        enabled: false,
        family: 'empty',
        flows: [],
        effective: defaults,
      });
    }
  });
});

describe('flowsWithPassword', () => {
  test('adds the one flow, in the family of the others', async () => {
    expect(flowsWithPassword(await withFlows('ALLOW_USER_SRP_AUTH'))).toEqual([
      'ALLOW_USER_SRP_AUTH',
      'ALLOW_USER_PASSWORD_AUTH',
    ]);
    expect(flowsWithPassword(await withFlows('ADMIN_NO_SRP_AUTH'))).toEqual([
      'ADMIN_NO_SRP_AUTH',
      'USER_PASSWORD_AUTH',
    ]);
  });

  test('writes an empty list out: with one flow in it the three others would be off', async () => {
    expect(flowsWithPassword(await withFlows())).toEqual([
      'ALLOW_REFRESH_TOKEN_AUTH',
      'ALLOW_USER_SRP_AUTH',
      'ALLOW_CUSTOM_AUTH',
      'ALLOW_USER_PASSWORD_AUTH',
    ]);
  });

  test('leaves the refresh flow out of it where rotation is on, which excludes it', async () => {
    expect(flowsWithPassword(await clientOf({ ...rotating, ExplicitAuthFlows: null }))).toEqual([
      'ALLOW_USER_SRP_AUTH',
      'ALLOW_CUSTOM_AUTH',
      'ALLOW_USER_PASSWORD_AUTH',
    ]);
  });

  test('adds no refresh flow to a list that does without', async () => {
    expect(
      flowsWithPassword(await clientOf({ ...rotating, ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] })),
    ).toEqual(['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_PASSWORD_AUTH']);
  });

  test('changes nothing where it is on', async () => {
    expect(flowsWithPassword(await withFlows('USER_PASSWORD_AUTH'))).toEqual(['USER_PASSWORD_AUTH']);
  });
});

describe('undoFlow', () => {
  test('takes out what was put in and keeps what came since', () => {
    expect(
      undoFlow(
        { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_AUTH'] },
        'added',
      ),
    ).toEqual({
      action: 'write',
      flows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_AUTH'],
    });
    expect(undoFlow({ ExplicitAuthFlows: ['ADMIN_NO_SRP_AUTH', 'USER_PASSWORD_AUTH'] }, 'legacy')).toEqual({
      action: 'write',
      flows: ['ADMIN_NO_SRP_AUTH'],
    });
  });

  test('empties a list again that is exactly what was written for an empty one, in any order', () => {
    const written = [
      'ALLOW_CUSTOM_AUTH',
      'ALLOW_USER_PASSWORD_AUTH',
      'ALLOW_REFRESH_TOKEN_AUTH',
      'ALLOW_USER_SRP_AUTH',
    ];
    expect(undoFlow({ ExplicitAuthFlows: written }, 'was-empty')).toEqual({ action: 'write', flows: [] });
    expect(undoFlow({ ExplicitAuthFlows: [...written, 'ALLOW_USER_AUTH'] }, 'was-empty')).toEqual({
      action: 'write',
      flows: ['ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_USER_AUTH'],
    });
    // With rotation on nothing else was written.
    const rotating = { RefreshTokenRotation: { Feature: 'ENABLED' } } as const;
    const two = written.filter((flow) => flow !== 'ALLOW_REFRESH_TOKEN_AUTH');
    expect(undoFlow({ ...rotating, ExplicitAuthFlows: two }, 'was-empty')).toEqual({
      action: 'write',
      flows: [],
    });
    expect(undoFlow({ ExplicitAuthFlows: two }, 'was-empty')).toMatchObject({ flows: { length: 2 } });
    // Somebody has taken SRP out since: an empty list would turn it on again.
    expect(
      undoFlow(
        { ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] },
        'was-empty',
      ),
    ).toEqual({
      action: 'write',
      flows: ['ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    });
    expect(undoFlow({ ExplicitAuthFlows: written }, 'added')).toMatchObject({
      flows: expect.not.arrayContaining(['ALLOW_USER_PASSWORD_AUTH']),
    });
  });

  test('takes it out by its other name too: somebody has had all flows written in the newer names', () => {
    const renamed = ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_USER_PASSWORD_AUTH'];
    expect(undoFlow({ ExplicitAuthFlows: renamed }, 'legacy')).toEqual({
      action: 'write',
      flows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'],
    });
    expect(undoFlow({ ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] }, 'legacy')).toEqual({
      action: 'leave',
      flow: 'ALLOW_USER_PASSWORD_AUTH',
    });
  });

  test('has nothing to do where the flow is gone', () => {
    expect(undoFlow({ ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] }, 'added')).toEqual({ action: 'nothing' });
    expect(undoFlow({ ExplicitAuthFlows: [] }, 'was-empty')).toEqual({ action: 'nothing' });
  });

  test('leaves the only flow: an empty list would turn three others on', () => {
    expect(undoFlow({ ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] }, 'added')).toEqual({
      action: 'leave',
      flow: 'ALLOW_USER_PASSWORD_AUTH',
    });
    expect(undoFlow({ ExplicitAuthFlows: ['USER_PASSWORD_AUTH'] }, 'legacy')).toEqual({
      action: 'leave',
      flow: 'USER_PASSWORD_AUTH',
    });
  });

  test('goes by the record that was kept', () => {
    expect([flowRecord('allow'), flowRecord('empty'), flowRecord('legacy')]).toEqual([
      'added',
      'was-empty',
      'legacy',
    ]);
  });
});

describe('unsuitable', () => {
  test('machines, and clients that an application has registered for itself', async () => {
    expect(unsuitable(await clientOf({ AllowedOAuthFlows: ['client_credentials'] }))).toBe(
      'client-credentials',
    );
    expect(unsuitable(await clientOf({ ClientType: 'DCR' }))).toBe('dynamically-registered');
    expect(unsuitable(await clientOf({}))).toBeUndefined();
    expect(unsuitable(await clientOf({ AllowedOAuthFlows: [] }))).toBeUndefined();
    // Without the switch the grants mean nothing, and users sign in by the API.
    const off = { AllowedOAuthFlows: ['client_credentials'], AllowedOAuthFlowsUserPoolClient: false };
    expect(unsuitable(await clientOf(off))).toBeUndefined();
  });
});
