/** `--json --stream`: what the lines are, command by command. */
import { readFile } from 'node:fs/promises';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { readProgram } from '../docs/program.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { fakeIo, json, runCli } from '../support/run-cli.ts';
import { lineSchemas, type Stream, streamOf } from '../support/stream-lines.ts';

/** Runs the command twice, as lines and as one document; both must end the same way. */
async function both(argv: readonly string[], code: number, silent = true): Promise<Stream> {
  const streamed = await runCli([...argv, '--json', '--stream']);
  const whole = await runCli([...argv, '--json']);
  expect([streamed.code, whole.code]).toEqual([code, code]);
  if (silent) expect(streamed.stderr).toBe('');
  const stream = streamOf(streamed.stdout);
  expect(stream.result).toEqual(json(whole));
  return stream;
}

const calls = ({ events }: Stream): string[] =>
  events.flatMap((event) => (event.type === 'call' ? [event.operation] : []));
const steps = ({ events }: Stream, type: 'start' | 'done'): string[] =>
  events.flatMap((event) => (event.type === type ? [event.step] : []));

const installed = async (): Promise<LocalAws> => {
  const aws = await startLocalAws();
  expect((await runCli(aws.init('--new-client-id', aws.clients.web, '--yes'))).code).toBe(0);
  aws.sandbox.journal.clear();
  return aws;
};

describe('init', () => {
  test('a line when each step starts and is done, every AWS call, and the document of --json last', async () => {
    const aws = await startLocalAws();
    const argv = aws.init('--new-client-id', aws.clients.web, '--yes', '--json');
    const { code, stdout, stderr } = await runCli([...argv, '--stream']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const stream = streamOf(stdout);
    expect(steps(stream, 'start')).toEqual(expect.arrayContaining(['lambda-role', 'lambda-function']));
    expect(steps(stream, 'done').at(-1)).toBe('migration-trigger');
    // Each write is begun before it is done, and nothing is left under way.
    for (const step of steps(stream, 'start')) {
      const stepEvents = stream.events.filter((event) => 'step' in event && event.step === step);
      expect(
        stepEvents.findIndex(({ type }) => type === 'start'),
        step,
      ).toBeLessThan(stepEvents.findIndex(({ type }) => type === 'done'));
    }
    expect(stream.events).toContainEqual(
      expect.objectContaining({
        type: 'done',
        step: 'new-clients',
        key: aws.clients.web,
        done: 'updated',
      }),
    );
    // The calls are those that AWS saw, without those of the function itself.
    const made = aws.sandbox.journal.writes().map(({ operation }) => operation);
    expect(calls(stream)).toEqual(expect.arrayContaining(made));
    expect(stream.result).toMatchObject({ ok: true, command: 'init', changes: 9 });
    // A warning is a line at once and stands in the result too.
    const notes = stream.events.filter((event) => event.type === 'note');
    expect(notes).toContainEqual(expect.objectContaining({ level: 'warning', id: 'CM201' }));
    expect(stream.result.notes).toEqual(notes.map(({ v: _v, type: _type, at: _at, ...note }) => note));
  });

  test('run again: every step is unchanged, and the result is that of --json', async () => {
    const aws = await installed();
    const { events, result } = await both(aws.init('--yes'), 0);
    expect(events.filter(({ type }) => type === 'start')).toEqual([]);
    expect(result).toMatchObject({ changes: 0 });
  });

  test('a failure: the step that failed, then the error as the result', async () => {
    const aws = await startLocalAws();
    aws.sandbox.faults.inject({ kind: 'access-denied', operation: 'CreateFunction', times: 9 });
    const argv = aws.init('--new-client-id', aws.clients.web, '--yes', '--json', '--stream');
    const { code, stdout, stderr } = await runCli(argv);
    expect(code).toBe(3);
    const { events, result } = streamOf(stdout);
    expect(events).toContainEqual(expect.objectContaining({ type: 'failed', step: 'lambda-function' }));
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'call', operation: 'CreateFunction', error: 'AccessDeniedException' }),
    );
    expect(result).toMatchObject({ ok: false, error: { code: 'ACCESS_DENIED', exitCode: 3 } });
    expect(stderr).toContain('Not allowed: lambda:CreateFunction'); // for people, not instead of the line
  });

  test('missing answers are a result as well: one line, and nothing was called', async () => {
    const { code, stdout } = await runCli(['init', '--json', '--stream', '--no-input']);
    expect(code).toBe(2);
    expect(streamOf(stdout)).toMatchObject({
      events: [],
      result: { ok: false, error: { code: 'MISSING_INPUT' } },
    });
  });
});

test('plan, doctor and status: their calls, and their document', async () => {
  const aws = await installed();
  for (const command of ['plan', 'doctor', 'status']) {
    const stream = await both([command, ...aws.init().slice(1)], 0);
    expect(calls(stream), command).toContain('DescribeUserPool');
    expect(steps(stream, 'start'), command).toEqual([]);
    expect(stream.result, command).toMatchObject({ ok: true, command });
  }
});

test('status that found drift: ok, with what is wrong in it, and exit code 5', async () => {
  const aws = await installed();
  const FunctionName = `cognito-migrate-${aws.newPool}`;
  await aws.sdk.lambda.send(new DeleteFunctionCommand({ FunctionName }));
  const { result } = await both(['status', ...aws.where], 5);
  expect(result).toMatchObject({ ok: true, healthy: false });
});

test('teardown: every step that is removed', async () => {
  const aws = await installed();
  const { code, stdout, stderr } = await runCli(['teardown', ...aws.where, '--yes', '--json', '--stream']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { events, result } = streamOf(stdout);
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'done', step: 'lambda-function', done: 'removed' }),
  );
  expect(result).toMatchObject({ ok: true, command: 'teardown' });
});

test('try: the user and the password are not among the events', async () => {
  const aws = await installed();
  const fake = fakeIo();
  fake.stdin.end(`${aws.user.password}\n`);
  const argv = ['try', '--username', aws.user.username, '--password-stdin', ...aws.where];
  const { code, stdout } = await runCli([...argv, '--json', '--stream'], fake);
  expect(code).toBe(0);
  const { events, result } = streamOf(stdout);
  expect(JSON.stringify(events)).not.toContain(aws.user.username);
  expect(result).toMatchObject({ command: 'try', works: true });
});

describe('--stream alone', () => {
  test('is refused before anything is done, and says what is missing', async () => {
    const aws = await startLocalAws();
    const { code, stdout, stderr } = await runCli(aws.init('--yes', '--stream'));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('--stream needs --json: its lines are JSON');
    expect(aws.sandbox.journal.calls).toEqual([]);
  });

  test('is refused by the name of the variable where that is what said it', async () => {
    const env = { COGNITO_MIGRATE_STREAM: 'yes' };
    const { code, stderr } = await runCli(['plan'], { env });
    expect(code).toBe(2);
    expect(stderr).toContain('COGNITO_MIGRATE_STREAM needs --json');
    expect(stderr).not.toContain('--stream needs');
  });

  test('both may come from the environment; a command without events does not mind the variable', async () => {
    const env = { COGNITO_MIGRATE_STREAM: 'yes', COGNITO_MIGRATE_JSON: 'yes' };
    const streamed = await runCli(['status', '--no-input'], { env });
    expect(streamOf(streamed.stdout).result).toMatchObject({ ok: false, error: { code: 'MISSING_INPUT' } });
    const file = '/nonexistent/state.json';
    const { code, stderr } = await runCli(['env', '--state', file], {
      env: { COGNITO_MIGRATE_STREAM: 'yes' },
    });
    expect(code).toBe(6);
    expect(stderr).toContain(file);
  });
});

const docs = (): Promise<string> => readFile(new URL('../../docs/scripting.md', import.meta.url), 'utf8');

test('docs/scripting.md names exactly the commands that take --stream', async () => {
  const [, sentence = ''] = /alone would print\. For (.*)\./.exec(await docs()) ?? [];
  const documented = [...sentence.matchAll(/`([a-z-]+)`/g)].map(([, name = '']) => name);
  const taking = [...(await readProgram())].flatMap(([name, flags]) => (flags.has('--stream') ? [name] : []));
  expect(documented.toSorted()).toEqual(taking.toSorted());
});

test('docs/scripting.md has every type of line with exactly its members', async () => {
  const text = await docs();
  const rows = [...text.matchAll(/^\| `(\w+)` \| ([^|]*) \|/gm)].map(([, type = '', members = '']) => [
    type,
    [...members.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  ]);
  const documented = Object.fromEntries(rows.filter(([type]) => type !== 'result'));
  const inEvery = new Set(['v', 'type', 'at']);
  const promised = Object.entries(lineSchemas).map(([type, { shape }]) => [
    type,
    Object.keys(shape).filter((name) => !inEvery.has(name)),
  ]);
  expect(documented).toMatchObject(Object.fromEntries(promised));
});
