/** The program behind a proxy that inspects TLS, with every other way closed. */

import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { keysOf } from '../../../src/sandbox/index.ts';
import { readForm } from '../../../src/self-test/fixtures/hosted-page.ts';
import type { ProgramResult } from '../../support/run-program.ts';
import { between, init } from '../support.ts';
import { behindProxy, fileOf, metadataService, type Proxied, password } from './support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const tunnels = ({ seen }: Proxied): Set<string> =>
  new Set(seen().flatMap(({ tunnel }) => (tunnel === undefined ? [] : [tunnel])));
const flat = ({ stderr }: ProgramResult): string => stderr.replace(/\s+/g, ' ');
const noKeys = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
const secrets = new RegExp(
  `${password}|${encodeURIComponent(password)}|${Buffer.from(`ana:${password}`).toString('base64')}`,
);

describe('behind a proxy', () => {
  test('init, status and teardown go through it, and nothing else; its password is never seen', async () => {
    const proxied = await behindProxy();
    const env = { DEBUG: '*' };
    for (const args of [init(proxied), ['status'], ['teardown', '--yes']]) {
      const ended = await proxied.run([...args, '--verbose'], env);
      expect(ended).toMatchObject({ code: 0, signal: null });
      expect(ended.stderr + ended.stdout).not.toMatch(secrets);
    }
    expect(await proxied.direct()).toEqual([]);
    expect(proxied.seen().every(({ isLetIn }) => isLetIn)).toBe(true);
    expect(tunnels(proxied)).toEqual(
      new Set([
        'cognito-idp.eu-west-1.amazonaws.com:443',
        'iam.amazonaws.com:443',
        'lambda.eu-west-1.amazonaws.com:443',
        'logs.eu-west-1.amazonaws.com:443',
        'monitoring.eu-west-1.amazonaws.com:443',
        'sts.eu-west-1.amazonaws.com:443',
      ]),
    );
  });

  test.each(['https_proxy', 'ALL_PROXY', 'all_proxy'])(
    '%s is honored too, without a scheme as well',
    async (name) => {
      const proxied = await behindProxy();
      const { HTTPS_PROXY = '' } = proxied.env;
      const env = { HTTPS_PROXY: undefined, [name]: HTTPS_PROXY.replace('http://', '') };
      expect(await proxied.run(between(proxied, 'plan'), env)).toMatchObject({ code: 0 });
      expect(tunnels(proxied).size).toBeGreaterThan(2);
      expect(await proxied.direct()).toEqual([]);
    },
  );

  test('NODE_USE_ENV_PROXY, with which Node itself goes through it, proxies nothing twice', async () => {
    const proxied = await behindProxy();
    const { HTTPS_PROXY } = proxied.env;
    const env = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: HTTPS_PROXY, ALL_PROXY: HTTPS_PROXY };
    for (const args of [init(proxied), ['status'], ['teardown', '--yes']])
      expect(await proxied.run(args, env)).toMatchObject({ code: 0 });
    // Twice would be a tunnel to the proxy, or a request of the proxy that is no tunnel.
    expect([...tunnels(proxied)].filter((host) => !host.endsWith('.amazonaws.com:443'))).toEqual([]);
    expect(proxied.seen().filter(({ plain }) => plain !== undefined)).toEqual([]);
    expect(await proxied.direct()).toEqual([]);
  });

  test('the hosted sign-in page, which self-test asks for itself, is asked for through it', async () => {
    const proxied = await behindProxy();
    const base = 'https://migrate-self-test-0a1b2c3d.auth.eu-west-1.amazoncognito.com';
    const page = { base, clientId: 'client', callback: 'https://example.com/in' };
    vi.stubEnv('HTTPS_PROXY', proxied.env.HTTPS_PROXY);
    // Its certificate is of a CA that this process does not know, so there is no page behind the tunnel.
    expect(await readForm(page, new AbortController().signal)).toBeUndefined();
    expect(proxied.seen()).toEqual([{ tunnel: `${new URL(base).hostname}:443`, isLetIn: true }]);
  });

  test.each(['NO_PROXY', 'no_proxy'])('%s leaves hosts out of it', async (name) => {
    const proxied = await behindProxy();
    const ended = await proxied.run(between(proxied, 'plan'), { [name]: '.example.com,.amazonaws.com' });
    expect(ended.code).toBe(7);
    expect(proxied.seen()).toEqual([]);
    expect(await proxied.direct()).toContain('sts.eu-west-1.amazonaws.com');
  });

  test('the CA that it signs with must be known: a hint, and no retry', async () => {
    const proxied = await behindProxy();
    const ended = await proxied.run(between(proxied, 'plan', '--json'), { NODE_EXTRA_CA_CERTS: undefined });
    expect(ended.code).toBe(7);
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: 'AWS_UNREACHABLE', exitCode: 7 } });
    expect(flat(ended)).toMatch(/certificate of \S+\.amazonaws\.com is not trusted/);
    expect(ended.stderr).toContain('NODE_EXTRA_CA_CERTS=');
  });

  test('a proxy that asks for another password is named as what it is', async () => {
    const proxied = await behindProxy();
    const HTTPS_PROXY = `http://ana:${encodeURIComponent(`not ${password}`)}@127.0.0.1:${proxied.proxyPort}`;
    const ended = await proxied.run(between(proxied, 'plan', '--json'), { HTTPS_PROXY });
    expect(JSON.parse(ended.stdout)).toMatchObject({
      error: { code: 'AWS_UNREACHABLE', found: 'PROXY_REFUSED' },
    });
    expect(flat(ended)).toContain(
      `the proxy 127.0.0.1:${proxied.proxyPort} refuses the connection (HTTP 407)`,
    );
    expect(ended.stderr + ended.stdout).not.toMatch(/p%40ss|p@ss/);
  });

  test("its 403 is not taken for a denial of AWS's", async () => {
    const proxied = await behindProxy(403);
    const ended = await proxied.run(between(proxied, 'plan', '--json'));
    expect(ended.code).toBe(7);
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: 'AWS_UNREACHABLE' } });
    expect(flat(ended)).toContain('(HTTP 403)');
  });

  describe('an endpoint without TLS', () => {
    const endpoint = 'http://aws.example.com';
    const plain = (proxied: Proxied) => between(proxied, 'plan', '--json', '--endpoint-url', endpoint);
    const only = (url: string | undefined) => ({ HTTPS_PROXY: undefined, HTTP_PROXY: url, http_proxy: url });

    test('is reached through HTTP_PROXY', async () => {
      const proxied = await behindProxy(200, true);
      const ended = await proxied.run(plain(proxied), only(proxied.env.HTTPS_PROXY));
      expect(ended, ended.stderr).toMatchObject({ code: 0 });
      expect(proxied.seen().every(({ plain: url, isLetIn }) => isLetIn && url?.startsWith(endpoint))).toBe(
        true,
      );
      expect(await proxied.direct()).toEqual([]);
      expect(ended.stderr + ended.stdout).not.toMatch(secrets);
    });

    test.each([
      [403, password],
      [407, 'another'],
    ])("a %i of the proxy is not taken for AWS's", async (status, word) => {
      const proxied = await behindProxy(403, true);
      const url = `http://ana:${encodeURIComponent(word)}@127.0.0.1:${proxied.proxyPort}`;
      const ended = await proxied.run(plain(proxied), only(url));
      expect(ended.code).toBe(7);
      expect(JSON.parse(ended.stdout)).toMatchObject({
        error: { code: 'AWS_UNREACHABLE', found: 'PROXY_REFUSED' },
      });
      expect(flat(ended)).toContain(
        `the proxy 127.0.0.1:${proxied.proxyPort} refuses the connection (HTTP ${status})`,
      );
    });

    test("AWS's own 403 is AWS's", async () => {
      const proxied = await behindProxy(200, true);
      const env = { ...only(proxied.env.HTTPS_PROXY), AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN000000000' };
      const ended = await proxied.run(plain(proxied), env);
      expect(ended.code).toBe(3);
      expect(ended.stderr).not.toContain('the proxy');
    });
  });

  test.each([
    'socks5://ana:p%40ss@127.0.0.1:1080',
    'socks:127.0.0.1:1080',
    'pac+http://ana:p%40ss@127.0.0.1/proxy.pac',
    'http://ana:p%40ss@127.0.0.1:port',
    'http://ana:p%ss@127.0.0.1:1',
  ])('%s is wrong input', async (HTTPS_PROXY) => {
    const proxied = await behindProxy();
    const ended = await proxied.run(between(proxied, 'plan', '--json'), { HTTPS_PROXY });
    expect(ended.code).toBe(2);
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: 'PROXY_UNSUPPORTED', exitCode: 2 } });
    expect(ended.stderr).toContain('HTTPS_PROXY');
    expect(ended.stderr + ended.stdout).not.toMatch(/p%40ss|p@ss|p%ss/);
    expect(await proxied.direct()).toEqual([]);
  });

  test("a proxy doesn't stand in the way of an endpoint on loopback", async () => {
    const proxied = await behindProxy();
    const HTTP_PROXY = 'http://127.0.0.1:9';
    const args = between(proxied, 'plan', '--endpoint-url', proxied.sandbox.url);
    expect(await proxied.run(args, { HTTP_PROXY, HTTPS_PROXY: 'socks5://127.0.0.1:9' })).toMatchObject({
      code: 0,
    });
    expect(proxied.seen()).toEqual([]);
  });
});

describe("the SDK's own look-ups", () => {
  const config = (text: string, proxied: Proxied): Promise<void> =>
    writeFile(join(proxied.folder, 'config'), text);

  test('of a web identity go through the proxy: from the environment, and from a profile', async () => {
    const proxied = await behindProxy();
    const token = join(proxied.folder, 'token');
    const role = 'arn:aws:iam::111122223333:role/x';
    await writeFile(token, 'a.b.c');
    await config(`[profile web]\nrole_arn = ${role}\nweb_identity_token_file = ${token}\n`, proxied);
    const environments = [
      { AWS_WEB_IDENTITY_TOKEN_FILE: token, AWS_ROLE_ARN: role },
      { AWS_PROFILE: 'web', AWS_CONFIG_FILE: join(proxied.folder, 'config') },
    ];
    for (const [index, env] of environments.entries()) {
      await proxied.run(between(proxied, 'plan'), { ...noKeys, ...env });
      expect(
        proxied.seen().filter(({ tunnel }) => tunnel === 'sts.eu-west-1.amazonaws.com:443').length,
      ).toBeGreaterThan(index);
    }
    expect(await proxied.direct()).toEqual([]);
  });

  test('of a role that a profile assumes', async () => {
    const proxied = await behindProxy();
    await config(
      `[profile base]\naws_access_key_id = ${keysOf('111122223333').accessKeyId}\naws_secret_access_key = local\n[profile dev]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = base\n`,
      proxied,
    );
    const env = { ...noKeys, AWS_PROFILE: 'dev', AWS_CONFIG_FILE: join(proxied.folder, 'config') };
    expect((await proxied.run(between(proxied, 'plan'), env)).code).toBe(3);
    expect(tunnels(proxied)).toEqual(new Set(['sts.eu-west-1.amazonaws.com:443']));
    expect(await proxied.direct()).toEqual([]);
  });

  test('of IAM Identity Center', async () => {
    const proxied = await behindProxy();
    const cache = join(proxied.folder, '.aws', 'sso', 'cache');
    await mkdir(cache, { recursive: true });
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const name = createHash('sha1').update('corp').digest('hex');
    await writeFile(join(cache, `${name}.json`), JSON.stringify({ accessToken: 'token', expiresAt }));
    await config(
      '[profile dev]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Dev\n[sso-session corp]\nsso_start_url = https://x.awsapps.com/start\nsso_region = us-east-1\n',
      proxied,
    );
    const env = { ...noKeys, AWS_PROFILE: 'dev', AWS_CONFIG_FILE: join(proxied.folder, 'config') };
    await proxied.run(between(proxied, 'plan'), env);
    expect(tunnels(proxied)).toEqual(new Set(['portal.sso.us-east-1.amazonaws.com:443']));
    const untrusted = await proxied.run(between(proxied, 'plan'), { ...env, NODE_EXTRA_CA_CERTS: undefined });
    expect(untrusted.code).toBe(7);
    expect(untrusted.stderr).toContain('NODE_EXTRA_CA_CERTS=');
    expect(await proxied.direct()).toEqual([]);
  });

  const places: readonly (readonly [
    where: string,
    address: string,
    env: Record<string, string | undefined>,
  ])[] = [
    ['an instance', '169.254.169.254', { AWS_EC2_METADATA_DISABLED: undefined }],
    ['a container', '169.254.170.2', { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/x' }],
  ];
  /** Options of Node.js that lead its own agent through the proxy; older ones do not know the last. */
  const options = ['', `--require=${fileOf('env-proxy.cjs')}`];
  if (process.allowedNodeEnvironmentFlags.has('--use-env-proxy')) options.push('--use-env-proxy');

  test.each(places.flatMap((place) => options.map((option) => [...place, option] as const)))(
    'of %s (%s) are direct, whatever the proxies are: %o %s',
    async (_where, address, more, option) => {
      const proxied = await behindProxy();
      const { port, asked } = await metadataService();
      const proxy = proxied.env.HTTPS_PROXY;
      const env = {
        ...noKeys,
        ...more,
        HTTP_PROXY: proxy,
        http_proxy: proxy,
        NODE_USE_ENV_PROXY: option === '' ? '1' : undefined,
        NODE_OPTIONS: `${proxied.env.NODE_OPTIONS} ${option}`,
        CLOSED_MAP: JSON.stringify({ [address]: port }),
      };
      expect(await proxied.run(between(proxied, 'plan'), env)).toMatchObject({ code: 0 });
      expect(asked.length).toBeGreaterThan(0);
      expect(new Set(await proxied.direct())).toEqual(new Set([address]));
      expect(proxied.seen().filter(({ plain }) => plain !== undefined)).toEqual([]);
      expect([...tunnels(proxied)].filter((host) => host.startsWith('169.254'))).toEqual([]);
    },
  );
});
