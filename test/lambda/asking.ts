/** The function with an event on one side and AWS's answers on the other: nothing in between is replaced. */
import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import { readEnvironment } from '../../src/lambda/environment.ts';
import { oldPool } from '../../src/lambda/old-pool.ts';
import { makeHandler } from '../../src/lambda/serve.ts';
import type { Settings } from '../../src/lambda/settings.ts';
import { encodeSettings } from '../../src/lambda/settings-codec.ts';
import { fakeClock, SETTINGS, VARIABLES } from './fakes.ts';
import { type Answer, oldUserBody, type StubAws, startStub, tokensBody } from './stub-aws.ts';

export interface Asked {
  /** What the function returned; undefined where it threw. */
  readonly result: unknown;
  readonly thrown: unknown;
  /** Its one log line. */
  readonly line: Record<string, unknown>;
  readonly response: Record<string, unknown>;
}

interface Asking {
  /** Old attributes, by name; a `sub` is added. */
  readonly user?: Readonly<Record<string, string>>;
  readonly username?: string;
  /** Further answers, by action. */
  readonly answers?: Record<string, Answer>;
  readonly settings?: Partial<Settings> | string;
  readonly source?: 'UserMigration_Authentication' | 'UserMigration_ForgotPassword';
  readonly validationData?: Readonly<Record<string, unknown>>;
}

export const SUB = '11111111-2222-4333-8444-555555555555';

/** Call it in a describe block or a file: starts the stub and ends it. */
export function asking() {
  let stub: StubAws;
  beforeAll(async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAOWN');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    stub = await startStub();
  });
  afterEach(() => stub.reset());
  afterAll(async () => {
    vi.unstubAllEnvs();
    await stub.close();
  });

  /** One event for `typed`. */
  return async (typed: string, asked: Asking = {}): Promise<Asked> => {
    const { user = { email: typed, email_verified: 'true' }, username = SUB, settings = {} } = asked;
    const attributes = { sub: SUB, ...user };
    stub.answers = {
      AdminGetUser: oldUserBody({
        Username: username,
        UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
      }),
      AdminInitiateAuth: tokensBody(),
      ...asked.answers,
    };
    const clock = fakeClock();
    const environment = readEnvironment({
      ...VARIABLES,
      AWS_ENDPOINT_URL: stub.url,
      MIGRATION_SETTINGS:
        typeof settings === 'string' ? settings : encodeSettings({ ...SETTINGS, ...settings }),
    });
    const lines: string[] = [];
    const handler = makeHandler({
      start: () => ({ environment, pool: oldPool(environment, clock) }),
      clock,
      write: (line) => lines.push(line),
    });
    const event = {
      triggerSource: asked.source ?? 'UserMigration_Authentication',
      userPoolId: 'eu-central-1_new',
      userName: typed,
      request: {
        password: 'Correct-horse-1',
        ...(asked.validationData && { validationData: asked.validationData }),
      },
      response: {},
    };
    const [result, thrown] = await handler(event).then(
      (value) => [value, undefined],
      (error: unknown) => [undefined, error],
    );
    const response =
      typeof result === 'object' && result !== null && 'response' in result ? result.response : {};
    return { result, thrown, line: JSON.parse(lines[0] ?? '{}'), response: { ...Object(response) } };
  };
}
