/** What is said while AWS is waited for: in a terminal only, and not of what is there at once. */
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { makeSpinner, type Spinner, sayWaits } from '../../src/cli/terminal/spinner.ts';
import { fakeClock } from '../support/clock.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { type FakeIo, fakeIo, runCli } from '../support/run-cli.ts';

const terminal = (env = {}): FakeIo => fakeIo({ tty: true, env: { TERM: 'xterm', ...env } });
const dryRun = (aws: LocalAws): string[] =>
  aws.init('--new-client-id', aws.clients.web, '--no-input', '--dry-run');

afterEach(() => {
  vi.useRealTimers();
});

/** Pauses are over when it is said. */
function heldClock() {
  const pauses: (() => void)[] = [];
  const sleep = (): Promise<void> =>
    new Promise((resolve) => {
      pauses.push(resolve);
    });
  const pass = async (): Promise<void> => {
    for (const end of pauses.splice(0)) end();
    await turn();
  };
  return { clock: { ...fakeClock(), sleep }, pass };
}

/** Work that ends when it is said. */
function work() {
  let finish = (): void => undefined;
  let fail = (): void => undefined;
  const done = new Promise<string>((resolve, reject) => {
    finish = () => resolve('done');
    fail = () => reject(new Error('failed'));
  });
  return { done: () => done, finish, fail };
}

describe('a wait', () => {
  /** What stands in the spinner, one after another. */
  function watched() {
    const shown: string[] = [];
    const spinner: Pick<Spinner, 'show' | 'drop'> = {
      show: (_name, text) => shown.push(text),
      drop: () => shown.push(''),
    };
    const { clock, pass } = heldClock();
    return { shown, pass, clock, busy: sayWaits(spinner, clock), last: () => shown.at(-1) ?? '' };
  }

  test('is told of after a moment, and no longer than it lasts', async () => {
    const { busy, pass, last } = watched();
    const { done, finish } = work();
    const result = busy('Reading', done);
    expect(last()).toBe('');
    await pass();
    expect(last()).toBe('Reading…');
    finish();
    expect(await result).toBe('done');
    expect(last()).toBe('');
  });

  test('can say how far it is, once it is told of', async () => {
    const { busy, pass, last } = watched();
    const { done, finish } = work();
    let tell: (text: string) => void = () => undefined;
    const result = busy('Comparing', (say) => {
      tell = say;
      tell('Comparing: 1,000 users');
      return done();
    });
    expect(last()).toBe('');
    await pass();
    expect(last()).toBe('Comparing: 1,000 users…');
    tell('Comparing: 2,000 users');
    expect(last()).toBe('Comparing: 2,000 users…');
    finish();
    await result;
    tell('Comparing: 3,000 users');
    expect(last()).toBe('');
  });

  test('is not told of where it is over by then', async () => {
    const { busy, pass, shown } = watched();
    expect(await busy('Reading', async () => 1)).toBe(1);
    await pass();
    expect(shown.filter(Boolean)).toEqual([]);
  });

  test('that ends in an error is over too', async () => {
    const { busy, pass, last } = watched();
    const { done, fail } = work();
    const result = busy('Reading', done);
    await pass();
    fail();
    await expect(result).rejects.toThrow('failed');
    expect(last()).toBe('');
  });

  test('right after another one is told of at once, and some time after it like the first', async () => {
    const { busy, pass, last, clock } = watched();
    const first = work();
    const result = busy('Reading', first.done);
    await pass();
    first.finish();
    await result;
    const [second, third] = [work(), work()];
    const following = busy('Checking', second.done);
    expect(last()).toBe('Checking…');
    second.finish();
    await following;
    clock.advance(1000);
    const later = busy('Signing in', third.done);
    expect(last()).toBe('');
    third.finish();
    await later;
  });

  test('within another one: the last that has begun, then the other again', async () => {
    const { busy, pass, last } = watched();
    const [outer, inner] = [work(), work()];
    const results = [busy('Reading pools', outer.done), busy('Reading users', inner.done)];
    await pass();
    expect(last()).toBe('Reading users…');
    inner.finish();
    await results[1];
    expect(last()).toBe('Reading pools…');
    outer.finish();
    await results[0];
    expect(last()).toBe('');
  });
});

describe('the spinner', () => {
  test('is away while a question is open, and what is said then comes after the answer', async () => {
    const fake = terminal();
    const spinner = makeSpinner(fake.io);
    spinner.show('wait', 'Reading…');
    const { done, finish } = work();
    const asked = spinner.whileAsking(done);
    const before = fake.err();
    expect(before).toContain('Reading…');
    spinner.say('a call');
    spinner.show('wait', 'Checking…');
    expect(fake.err()).toBe(before);
    finish();
    expect(await asked).toBe('done');
    expect(fake.err().slice(before.length)).toMatch(/^a call\n[\s\S]*Checking…/);
    spinner.end();
  });

  test('comes no more once the last word is said', () => {
    const fake = terminal();
    const spinner = makeSpinner(fake.io);
    spinner.end();
    spinner.show('wait', 'Reading…');
    expect(fake.rawErr()).toBe('');
  });
});

describe('silence', () => {
  /** The spinner's text after so many seconds in which nothing else was said. */
  function after(seconds: number, text: string, columns = 80): string {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const clock = fakeClock();
    const fake = terminal();
    Object.assign(fake.io.stderr, { columns });
    const spinner = makeSpinner({ ...fake.io, clock });
    spinner.show('wait', text);
    clock.advance(seconds * 1000);
    vi.advanceTimersByTime(1200);
    spinner.end();
    return (
      fake
        .err()
        .trim()
        .split(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] /)
        .at(-1) ?? ''
    );
  }

  test.each([
    [4, 'Reading both pools…', 'Reading both pools…'],
    [12, 'Reading both pools…', 'Reading both pools… · 12 s'],
    [56, 'role · log group', 'role · log group · 56 s'],
    // It has seconds of its own.
    [9, 'probe  IAM denies AdminGetUser · 8 of 120 s', 'probe  IAM denies AdminGetUser · 8 of 120 s'],
  ])('of %i s after "%s"', (seconds, text, expected) => {
    expect(after(seconds, text)).toBe(expected);
  });

  test('counts in a narrow terminal too', () => {
    expect(after(12, 'Reading the migration and its log…', 32)).toBe('Reading the migrat… · 12 s');
  });

  test('of an endpoint is counted while a command waits', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const aws = await startLocalAws();
    const fake = terminal();
    const clock = fakeClock();
    const stop = aws.sandbox.faults.onCall('before', ({ operation }) => {
      if (operation !== 'GetRole') return;
      stop();
      clock.advance(12_000);
      vi.advanceTimersByTime(1200);
    });
    const io = { ...fake.io, clock };
    expect((await runCli(dryRun(aws), { ...fake, io })).code).toBe(0);
    expect(fake.err()).toContain('Checking both pools… · 12 s');
  });
});

describe('a command', () => {
  test('in a terminal says what it waits for', async () => {
    const fake = terminal();
    const { code, stderr, stdout } = await runCli(dryRun(await startLocalAws()), fake);
    expect(code).toBe(0);
    expect(stderr).toContain('⠋ Checking both pools…');
    expect(stdout).not.toContain('…');
    expect(fake.rawErr().lastIndexOf('\u001b[?25h')).toBeGreaterThan(
      fake.rawErr().lastIndexOf('\u001b[?25l'),
    );
  });

  test('says nothing of answers that are there at once', async () => {
    const fake = terminal();
    const io = { ...fake.io, clock: heldClock().clock };
    const { code } = await runCli(dryRun(await startLocalAws()), { ...fake, io });
    expect(code).toBe(0);
    expect(fake.rawErr()).toBe('');
  });

  test.each<[string, () => FakeIo, string[]]>([
    ['a pipe', () => fakeIo(), []],
    ['a terminal that cannot move its cursor', () => terminal({ TERM: 'dumb' }), []],
    ['a terminal of a CI', () => terminal({ CI: 'true' }), []],
    ['--quiet', () => terminal(), ['--quiet']],
    ['--json', () => terminal(), ['--json']],
    ['--json --stream', () => terminal(), ['--json', '--stream']],
  ])('%s: not a word of it', async (_where, open, flags) => {
    const fake = open();
    expect((await runCli([...dryRun(await startLocalAws()), ...flags], fake)).code).toBe(0);
    expect(fake.rawErr()).toBe('');
    expect(fake.out()).not.toMatch(/Reading|Checking/);
  });

  test('Ctrl-C takes it away before the last word', async () => {
    const aws = await startLocalAws();
    const fake = terminal();
    aws.sandbox.faults.onCall('before', ({ operation }) => {
      if (operation === 'DescribeUserPool' && fake.exits.length === 0) fake.io.interrupt.press();
    });
    await runCli(dryRun(aws), fake);
    expect(fake.exits).toEqual([130]);
    expect(fake.err()).toMatch(/…\n {2}Cancelled\. Nothing was changed\.\n$/);
    expect(fake.rawErr()).toContain('\u001b[?25h\n  Cancelled.');
  });
});
