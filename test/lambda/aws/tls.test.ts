/** The zip's handler over real TLS: a certificate of our own, and a process that trusts it or doesn't. */
import { execFile } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { buildHandler } from '../../../scripts/build-handler.mjs';
import { tempFolder } from '../../support/temp.ts';
import { VARIABLES } from '../fakes.ts';
import { oldUserBody, tokensBody } from '../stub-aws.ts';

const bodyOf = (answer: unknown): string => JSON.stringify(Object(answer).body);

/** A value in DER, the encoding of certificates (ITU-T X.690). */
function der(tag: number, ...parts: readonly (Buffer | string)[]): Buffer {
  const value = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const { length } = value;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}

const [SEQUENCE, SET, UTC_TIME] = [0x30, 0x31, 0x17];
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const integer = (value: number): Buffer => der(0x02, Buffer.from([value]));
const octets = (value: Buffer): Buffer => der(0x04, value);
const bits = (value: Buffer): Buffer => der(0x03, Buffer.from([0]), value);
const pem = (bytes: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64')}\n-----END CERTIFICATE-----\n`;

/** A certificate that signs itself, for one IPv4 address (RFC 5280). */
function certify(address: string): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = der(SEQUENCE, oid('2a8648ce3d040302'));
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, oid('550403'), der(0x0c, 'Test'))));
  const day = 86_400_000;
  const time = (at: number) =>
    der(UTC_TIME, `${new Date(at).toISOString().replace(/\D/g, '').slice(2, 14)}Z`);
  const isCa = der(SEQUENCE, oid('551d13'), octets(der(SEQUENCE, der(0x01, Buffer.from([255])))));
  const host = der(0x87, Buffer.from(address.split('.').map(Number)));
  const isFor = der(SEQUENCE, oid('551d11'), octets(der(SEQUENCE, host)));
  const content = der(
    SEQUENCE,
    der(0xa0, integer(2)),
    integer(1),
    ecdsaWithSha256,
    name,
    der(SEQUENCE, time(Date.now() - day), time(Date.now() + day)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(SEQUENCE, isCa, isFor)),
  );
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem(der(SEQUENCE, content, ecdsaWithSha256, bits(sign('sha256', content, privateKey)))),
  };
}

let bundle: Uint8Array;
let outdir: string;
beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), 'cognito-migrate-tls-'));
  const { zip } = await buildHandler({ outdir });
  const file = unzipSync(readFileSync(zip))['index.mjs'];
  if (file === undefined) throw new Error('The zip has no index.mjs');
  bundle = file;
});
afterAll(() => rm(outdir, { recursive: true, force: true }));

interface Signed {
  /** Operations that the server received. */
  readonly asked: readonly string[];
  readonly connections: number;
  /** The function's log line. */
  readonly line: unknown;
  readonly isThrown: boolean;
}

/** One sign-in against a server with this certificate, in a process that trusts the other one. */
async function signIn(shown: ReturnType<typeof certify>, trusted?: string): Promise<Signed> {
  const folder = await tempFolder();
  const asked: string[] = [];
  let connections = 0;
  const answers = { AdminGetUser: bodyOf(oldUserBody()), AdminInitiateAuth: bodyOf(tokensBody()) };
  const server = createServer(shown, (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    asked.push(operation);
    request
      .resume()
      .on('end', () => response.end(Object.entries(answers).find(([name]) => name === operation)?.[1]));
  });
  server.on('secureConnection', () => {
    connections++;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  writeFileSync(join(folder, 'index.mjs'), bundle);
  writeFileSync(join(folder, 'ca.pem'), trusted ?? '');
  const event = {
    triggerSource: 'UserMigration_Authentication',
    userPoolId: 'eu-central-1_new',
    userName: 'ana@example.com',
    request: { password: 'Correct-horse-1' },
    response: {},
  };
  const script = `
    const { handler } = await import(${JSON.stringify(pathToFileURL(join(folder, 'index.mjs')).href)});
    const isThrown = await handler(${JSON.stringify(event)}).then(() => false, () => true);
    process.stdout.write(JSON.stringify(isThrown));
    process.exit();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    env: {
      ...(trusted !== undefined && { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') }),
      ...VARIABLES,
      AWS_ENDPOINT_URL: `https://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'AKIAOWN',
      AWS_SECRET_ACCESS_KEY: 'secret',
      ...(process.env.SystemRoot !== undefined && { SystemRoot: process.env.SystemRoot }),
    },
  });
  const [line = '', isThrown = ''] = stdout.split('\n');
  return { asked, connections, line: JSON.parse(line), isThrown: JSON.parse(isThrown) };
}

test('a sign-in is two requests over one TLS connection', async () => {
  const own = certify('127.0.0.1');
  expect(await signIn(own, own.cert)).toMatchObject({
    asked: ['AdminGetUser', 'AdminInitiateAuth'],
    connections: 1,
    line: { outcome: 'migrated', reason: 'password-proven' },
    isThrown: false,
  });
});

test.each([
  ['nobody vouches for', '127.0.0.1', false],
  ['is for another host', '127.0.0.2', true],
] as const)(
  'a certificate that %s receives no request, and the fault may pass',
  async (_, host, isTrusted) => {
    const own = certify(host);
    expect(await signIn(own, isTrusted ? own.cert : undefined)).toMatchObject({
      asked: [],
      line: { outcome: 'failed', reason: 'unreachable', fault: 'ConnectionError' },
      isThrown: true,
    });
  },
);
