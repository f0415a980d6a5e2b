import { describe, expect, it } from 'vitest';
import { asking } from './asking.ts';
import { awsError } from './stub-aws.ts';

const ask = asking();
const refused = (message: string) => ({ AdminInitiateAuth: awsError('NotAuthorizedException', message) });

describe('threat protection of the old pool', () => {
  it.each([
    'Unable to login because of security reasons',
    'Unable to login because of security reasons.',
    'Request not allowed due to security reasons',
    'Request not allowed due to security reasons.',
  ])('gives the event back as it came, and counts as Failed: %s', async (message) => {
    const unknown = await ask('nobody@example.com', {
      answers: { AdminGetUser: awsError('UserNotFoundException') },
    });
    const { thrown, response, line } = await ask('ana@example.com', { answers: refused(message) });
    expect([thrown, response]).toEqual([unknown.thrown, unknown.response]);
    expect(line).toMatchObject({ reason: 'threat-protection', fault: 'NotAuthorizedException', Failed: 1 });
    expect(JSON.stringify(line)).not.toContain('security reasons');
  });
});

describe('an expired temporary password', () => {
  it.each([
    'Temporary password has expired and must be reset by an administrator.',
    'User account has expired, it must be reset by an administrator.',
  ])('has its own reason: %s', async (message) => {
    const { response, line } = await ask('ana@example.com', { answers: refused(message) });
    expect(response).toEqual({});
    expect(line).toMatchObject({ outcome: 'untouched', reason: 'temporary-password-expired', Refused: 1 });
  });
});
