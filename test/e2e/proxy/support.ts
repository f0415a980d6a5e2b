/** AWS behind a proxy: TLS with a CA of its own in front of a local AWS, a proxy process, and no other way out. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer as createHttp, request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { keysOf } from '../../../src/sandbox/index.ts';
import { given } from '../../support/errors.ts';
import { type LocalAws, region, startLocalAws } from '../../support/local-aws.ts';
import { type ProgramResult, systemEnv } from '../../support/run-program.ts';
import { tempFolder } from '../../support/temp.ts';
import { spawned, start } from '../support.ts';

const services = ['cognito-idp', 'lambda', 'logs', 'sts'].map((name) => `${name}.${region}.amazonaws.com`);
const hosts = [...services, 'iam.amazonaws.com', 'portal.sso.us-east-1.amazonaws.com'];

export const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

function openssl(cwd: string, ...args: string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args[0]}: ${stderr}`);
}

/** A CA, and a certificate of it for the hosts of AWS. */
async function certify(folder: string): Promise<{ readonly key: Buffer; readonly cert: Buffer }> {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    folder,
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=Inspector',
    '-days',
    '2',
  );
  openssl(folder, 'req', ...key, '-keyout', 'aws.key', '-out', 'aws.csr', '-subj', '/CN=AWS');
  await writeFile(join(folder, 'san'), `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(',')}\n`);
  const ca = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'san'];
  openssl(folder, 'x509', '-req', '-in', 'aws.csr', '-out', 'aws.pem', ...ca);
  const [privateKey, cert] = await Promise.all([
    readFile(join(folder, 'aws.key')),
    readFile(join(folder, 'aws.pem')),
  ]);
  return { key: privateKey, cert };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? (address satisfies AddressInfo).port : 0;
}

export interface Proxied extends LocalAws {
  readonly folder: string;
  readonly proxyPort: number;
  /** The environment behind the proxy: its variables, the CA, and no other way. */
  readonly env: Record<string, string | undefined>;
  /** What the proxy was asked for. */
  seen(): readonly { readonly tunnel?: string; readonly plain?: string; readonly isLetIn?: boolean }[];
  /** Hosts that the program tried to reach without it. */
  direct(): Promise<readonly string[]>;
  run(args: readonly string[], more?: Record<string, string | undefined>): Promise<ProgramResult>;
}

export const password = 'p@ss:word';
const credentials = `ana:${password}`;

/**
 * @param status with which the proxy answers whom it lets in.
 * @param isPlainLed whether requests that are no tunnel are led to the local AWS. Otherwise they are refused.
 */
export async function behindProxy(status = 200, isPlainLed = false): Promise<Proxied> {
  const [pools, folder] = await Promise.all([startLocalAws(), tempFolder()]);
  const { key, cert } = await certify(folder);
  const front = createServer({ key, cert }, (incoming, outgoing) => {
    const { method = 'GET', url: path = '/', headers } = incoming;
    const host = `127.0.0.1:${pools.sandbox.port}`;
    const onward = request({
      host: '127.0.0.1',
      port: pools.sandbox.port,
      method,
      path,
      headers: { ...headers, host },
    });
    onward.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  const port = await listen(front);
  onTestFinished(() => front.closeAllConnections());
  const args = [fileOf('connect-proxy.mjs'), String(port), String(status), credentials];
  if (isPlainLed) args.push(String(pools.sandbox.port));
  const proxy = spawned(process.execPath, args, { cwd: folder, env: systemEnv() });
  await once(given(proxy.child.stdout ?? undefined), 'data');
  const lines = () =>
    proxy
      .stdout()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  const [{ port: proxyPort }] = lines();
  const log = join(folder, 'direct.log');
  const env = {
    AWS_REGION: region,
    HTTPS_PROXY: `http://ana:${encodeURIComponent(password)}@127.0.0.1:${proxyPort}`,
    NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
    NODE_OPTIONS: `--require=${fileOf('closed.cjs')}`,
    CLOSED_LOG: log,
  };
  await writeFile(log, '');
  return {
    ...pools,
    folder,
    proxyPort,
    env,
    seen: () => lines().slice(1),
    direct: async () => (await readFile(log, 'utf8')).split('\n').filter(Boolean),
    run: (argv, more = {}) => start(folder, argv, { ...env, ...more }).ended,
  };
}

/** A metadata service of an instance or a container, on loopback: hands out the keys of the account. */
export async function metadataService(): Promise<{
  readonly port: number;
  readonly asked: readonly string[];
}> {
  const asked: string[] = [];
  const keys = JSON.stringify({
    Code: 'Success',
    Type: 'AWS-HMAC',
    AccessKeyId: keysOf('111122223333').accessKeyId,
    SecretAccessKey: 'local',
    Token: 'session',
    Expiration: new Date(Date.now() + 3_600_000).toISOString(),
    LastUpdated: new Date().toISOString(),
  });
  const answers: readonly [path: RegExp, body: string][] = [
    [/\/api\/token$/, 'token'],
    [/\/security-credentials\/?$/, 'the-role'],
    [/./, keys],
  ];
  const server = createHttp(({ url = '' }, response) => {
    asked.push(url);
    response.end(answers.find(([path]) => path.test(url))?.[1]);
  });
  return { port: await listen(server), asked };
}
