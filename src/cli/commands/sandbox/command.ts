/** sandbox: runs the local AWS for any AWS SDK or the AWS CLI, until Ctrl-C. */
import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { type ExitKind, UsageError } from '../../../core/errors.ts';
import {
  type Choice,
  choices,
  choiceWords,
  choose,
  createSandbox,
  keysOf,
  type Sandbox,
} from '../../../sandbox/index.ts';
import type { Context } from '../../context.ts';
import type { Document } from '../../terminal/reporter.ts';
import { demoScene, Scene, type SetPool, setScene } from './scene.ts';

/** The words that --world accepts. */
export const worldWords: readonly string[] = ['list', ...choiceWords];

const Options = z.object({
  port: z.optional(z.string()),
  seed: z.optional(z.string()),
  world: z.optional(z.array(z.string())),
});

export async function sandbox({ io, command, reporter }: Context): Promise<ExitKind> {
  const { port, seed, world = [] } = Options.parse(command.opts());
  const scene = seed === undefined ? undefined : await readScene(seed);
  const local = await start(parsePort(port));
  if (world.includes('list')) {
    reporter.data(worldDocument(choices(local.world)));
    await local.close();
    return 'ok';
  }
  await io.interrupt.during('Closing the local AWS.', async () => {
    try {
      for (const one of world) chooseOne(local, one);
      const pools = scene === undefined ? [] : await setScene(scene, local.url, keysOf(local.account));
      reporter.data(readyDocument(local, scene?.region ?? 'us-east-2', pools));
      await untilAborted(io.interrupt.signal);
    } finally {
      await local.close();
    }
  });
  return 'ok';
}

function parsePort(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  throw new UsageError(`--port must be a number from 0 to 65535 (got ${JSON.stringify(text)})`, {
    code: 'BAD_INPUT',
  });
}

async function start(port: number): Promise<Sandbox> {
  try {
    return await createSandbox({ port });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    throw new UsageError(`Port ${port} is in use`, {
      code: 'PORT_IN_USE',
      found: port,
      hint: ['--port  names another.'],
    });
  }
}

function chooseOne({ world }: Sandbox, text: string): void {
  const [name = '', ...rest] = text.split('=');
  const why = choose(world, name, rest.join('='));
  if (why === undefined) return;
  const problem = why.unknown === 'name' ? `${name} is unknown` : `${name} must be ${why.values.join(', ')}`;
  throw new UsageError(`--world ${text}: ${problem}`, {
    code: 'BAD_INPUT',
    hint: ['cognito-migrate sandbox --world list  names all questions with their answers.'],
  });
}

function worldDocument(all: readonly Choice[]): Document {
  const text = ({ name, values, value, question, id }: Choice): string =>
    [
      `${name}=${value}`,
      `  ${question}${id === undefined ? '' : ` (${id})`}`,
      `  ${values.join(' | ')}`,
    ].join('\n');
  return {
    json: { command: 'sandbox', worlds: all },
    isVerbatim: true,
    text: () => all.map(text).join('\n\n'),
  };
}

async function readScene(file: string): Promise<Scene> {
  if (file === 'demo') return demoScene;
  const refuse = (why: string): UsageError =>
    new UsageError(`--seed ${file}: ${why}`, {
      code: 'BAD_SEED',
      hint: [
        'Example (you can omit any member that you do not need):',
        '{ "pools": [{ "name": "old", "settings": {}, "clients": [{ "name": "web" }],',
        '  "users": [{ "username": "ana", "password": "…", "attributes": { "email": "ana@example.com" } }] }] }',
      ],
    });
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw refuse(error.message);
  });
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw refuse('it is not JSON');
  }
  const parsed = z.safeParse(Scene, raw);
  if (parsed.success) return parsed.data;
  throw refuse(parsed.error.issues.flatMap(problemsOf).join('; '));
}

/** `pools.0.users.1.pasword: unknown member`. */
function problemsOf(issue: z.core.$ZodIssue): string[] {
  return issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => `${[...issue.path, key].join('.')}: unknown member`)
    : [`${issue.path.join('.')}: ${issue.message}`];
}

function readyDocument(local: Sandbox, region: string, pools: readonly SetPool[]): Document {
  const { url: endpoint, account } = local;
  const keys = keysOf(account);
  const env = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region, // version 1 of the AWS CLI reads only this one
  };
  const lines = pools.map(({ name, id, users, clients }) =>
    `#   ${name}  ${id}  ${users} ${users === 1 ? 'user' : 'users'}  ${clients.map((client) => `app client ${client.name} ${client.id}`).join(', ')}`.trimEnd(),
  );
  return {
    json: { command: 'sandbox', endpoint, env, pools },
    isVerbatim: true,
    text: () =>
      [
        `# The local AWS listens on ${endpoint}. Ctrl-C ends it, and everything in it is gone.`,
        ...(lines.length === 0 ? [] : ['# User pools:', ...lines]),
        '# For any AWS SDK and for cognito-migrate, in another terminal:',
        ...Object.entries(env).map(([name, value]) => `export ${name}=${value}`),
        `# For the AWS CLI:  aws --endpoint-url ${endpoint} cognito-idp list-user-pools --max-results 10`,
      ].join('\n'),
  };
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
