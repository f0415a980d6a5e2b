import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { faultOf } from '../../../src/lambda/faults.ts';
import { roleAssumer } from '../../../src/lambda/sts-client.ts';
import { http, type RawServer, signatureOf, startRawServer } from './raw-server.ts';

const KEYS = { accessKeyId: 'AKIAOWN', secretAccessKey: 'secret' };
const NOW = Date.UTC(2026, 10, 30, 12);
const ROLE = { arn: 'arn:aws:iam::111122223333:role/a+b', externalId: 'a b&c=d/é' };
const MADE = { AccessKeyId: 'ASIA', SecretAccessKey: 's/+=', SessionToken: 't//&"' };
const EXPIRATION = '2026-11-30T13:00:00Z';

let server: RawServer;
beforeAll(async () => {
  server = await startRawServer();
});
afterEach(() => server.reset());
afterAll(() => server.close());

async function assume() {
  const endpoint = { region: 'eu-west-1', url: `http://127.0.0.1:${server.port}` };
  const ask = roleAssumer(
    [endpoint],
    ROLE,
    async () => KEYS,
    () => NOW,
  );
  try {
    return await ask();
  } catch (error) {
    const { name, awsError } = faultOf(error);
    return { name: awsError ?? name };
  }
}

const credentials = {
  accessKeyId: 'ASIA',
  secretAccessKey: 's/+=',
  sessionToken: 't//&"',
  expiration: new Date(EXPIRATION),
};

/** As the API Reference shows it ("AssumeRole", Sample Response). */
const xml = (changes: Readonly<Record<string, string>> = {}) => {
  const members = { ...MADE, SessionToken: 't//&amp;&quot;', Expiration: EXPIRATION, ...changes };
  const made = Object.entries(members).map(([name, value]) => `<${name}>${value}</${name}>`);
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult>
    <SourceIdentity>Alice</SourceIdentity>
    <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/demo/Test</Arn><AssumedRoleId>AROA:Test</AssumedRoleId></AssumedRoleUser>
    <Credentials>${made.join('\n')}</Credentials>
    <PackedPolicySize>6</PackedPolicySize>
  </AssumeRoleResult>
  <ResponseMetadata><RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId></ResponseMetadata>
</AssumeRoleResponse>`;
};
const json = (Expiration: unknown = Date.parse(EXPIRATION) / 1000) =>
  JSON.stringify({ AssumeRoleResponse: { AssumeRoleResult: { Credentials: { ...MADE, Expiration } } } });
const failure = (code: string) =>
  `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>why</Message></Error><RequestId>1</RequestId></ErrorResponse>`;

describe('AssumeRole', () => {
  it('is asked for with a signed form, every character kept', async () => {
    server.answer = () => http(200, xml());
    expect(await assume()).toEqual(credentials);
    const [request] = server.requests;
    if (request === undefined) throw new Error('no request');
    expect(Object.fromEntries(new URLSearchParams(request.body))).toEqual({
      Action: 'AssumeRole',
      Version: '2011-06-15',
      RoleArn: ROLE.arn,
      RoleSessionName: 'cognito-migrate',
      ExternalId: ROLE.externalId,
    });
    const { sent, right } = signatureOf(request, KEYS.secretAccessKey);
    expect(sent).toBe(right);
    expect(request.headers.get('authorization')).toContain('/eu-west-1/sts/');
  });

  it.each([
    ['XML', xml()],
    ['XML, declared', `\n<?xml version="1.0"?>\n${xml()}`],
    ['JSON, time in seconds', json()],
    ['JSON, time in words', json(EXPIRATION)],
  ])('may be answered in %s', async (_, body) => {
    server.answer = () => http(200, body);
    expect(await assume()).toEqual(credentials);
  });

  it.each([
    ['XML', failure('AccessDenied'), {}],
    [
      'JSON',
      JSON.stringify({ Error: { Code: 'AccessDenied', Message: 'why', Type: 'Sender' }, RequestId: '1' }),
      {},
    ],
    ['a header', '<html>', { 'x-amzn-errortype': 'AccessDenied' }],
  ])('may be refused in %s, with whatever status', async (_, body, headers) => {
    for (const status of [403, 400, 200]) {
      server.answer = () => http(status, body, headers);
      expect(await assume()).toEqual({ name: 'AccessDenied' });
    }
  });

  it.each([
    ['HTML', 200, '<!DOCTYPE html><html><body>Sign in</body></html>', 'UnrecognizedResponse'],
    ['HTML that is XML', 200, '<html><body>Sign in</body></html>', 'IncompleteResponse'],
    ['HTML as a refusal', 403, '<html><body>Forbidden<br></body></html>', 'UnrecognizedResponse'],
    ['HTML as a failure', 503, '<html>', 'ServiceUnavailable'],
    ['a failure with a name', 500, failure('InternalFailure'), 'InternalFailure'],
    ['nothing', 200, '', 'UnrecognizedResponse'],
    ['no key', 200, xml({ AccessKeyId: '' }), 'IncompleteResponse'],
    ['two secrets', 200, xml({ AccessKeyId: 'a</AccessKeyId><AccessKeyId>b' }), 'IncompleteResponse'],
    ['a time that is none', 200, xml({ Expiration: 'soon' }), 'IncompleteResponse'],
    ['a JSON time that is none', 200, json(null), 'IncompleteResponse'],
    ['another action', 200, xml().replaceAll('AssumeRoleRes', 'GetSessionTokenRes'), 'IncompleteResponse'],
  ])('is never taken for granted: %s', async (_, status, body, name) => {
    server.answer = () => http(status, body);
    expect(await assume()).toEqual({ name });
  });

  it('is granted by no answer that is cut off', async () => {
    for (const whole of [xml(), json()]) {
      const step = Math.ceil(whole.length / 60);
      for (let length = 0; length < whole.length; length += step) {
        server.answer = () => http(200, whole.slice(0, length));
        expect(await assume(), String(length)).toMatchObject({ name: expect.any(String) });
      }
    }
  });
});
