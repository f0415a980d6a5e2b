/** Every state of version 1.0.0, with and without its state file, under today's commands, while users sign in. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { StatusDocument } from '../../src/core/status-document.ts';
import { snapshot } from '../fault-injection/snapshot.ts';
import type { CliResult } from '../support/run-cli.ts';
import { readFixture, readZip } from './fixtures.ts';
import { type Installed, openInstalled } from './installed.ts';
import { fillNames } from './names.ts';
import { sha256Of } from './newer-zip.ts';
import { SignIns } from './sign-ins.ts';
import { type StateName, stateNames } from './states.ts';

const files = ['with the state file', 'without the state file'] as const;

async function open(state: StateName, file: (typeof files)[number]): Promise<Installed> {
  const installed = await openInstalled(state);
  if (file === 'without the state file') await installed.loseFile();
  return installed;
}

const documentOf = ({ stdout }: CliResult) => JSON.parse(stdout);

/** Exit code, and what was said where it is another. */
const expectExit = ({ code, stdout, stderr }: CliResult, wanted: number): void => {
  expect(code, `${stderr}\n${stdout}`).toBe(wanted);
};

/** Without the state file only tags name the earlier trigger: what version 1.0.0 put back unasked is asked about since. */
const teardownOf = (state: string, file: string): string[] => [
  'teardown',
  '--yes',
  '--json',
  ...(state === 'replaced-trigger' && file === 'without the state file' ? ['--accept', 'CM414'] : []),
];

/** Everything that was there is still there, and ours. */
const good = ['none', 'update', 'brought'];

describe.each(stateNames)('%s', (state) => {
  test('is as version 1.0.0 left it', async () => {
    const installed = await openInstalled(state);
    const { environment, tags, CodeSha256 } = JSON.parse(
      fillNames(await readFixture(state, 'function.json'), installed.names),
    );
    expect(await installed.functionNow()).toEqual({ code: CodeSha256, environment, tags });
    expect(CodeSha256).toBe(sha256Of(await readZip()));
  });

  describe.each(files)('%s', (file) => {
    test('plan and status find everything, and change nothing', async () => {
      const installed = await open(state, file);
      const planned = await installed.program('plan', '--json');
      expectExit(planned, 0);
      const { items } = documentOf(planned);
      expect(items.filter(({ action }: { action: string }) => !good.includes(action))).toEqual([]);
      const seen = await installed.program('status', '--probe', '--json');
      expectExit(seen, 5);
      const { installed: isInstalled, probe, steps } = StatusDocument.parse(documentOf(seen));
      expect({ isInstalled, probe }).toMatchObject({ isInstalled: true, probe: { ok: true } });
      const amiss = steps.filter(({ health }) => health !== 'in place' && health !== 'brought along');
      expect(amiss).toMatchObject([{ step: 'lambda-function', health: 'drifted', olderVersion: '1.0.0' }]);
      expect(installed.sandbox.journal.writes()).toEqual([]);
    });

    test('users counts everyone, by the settings of version 1.0.0', async () => {
      const installed = await open(state, file);
      const access = installed.state.isHandedOff ? ['--old-profile', 'old'] : [];
      const counted = await installed.program('users', ...access, '--json');
      expectExit(counted, 0);
      expect(documentOf(counted)).toMatchObject({
        installed: true,
        complete: true,
        total: 1,
        states: { waiting: 1 },
      });
      expect(installed.sandbox.journal.writes()).toEqual([]);
    });

    test('init updates it while users sign in; then teardown leaves nothing', async ({ task }) => {
      const installed = await open(state, file);
      const { environment } = await installed.functionNow();
      const signIns = new SignIns(installed, environment);
      const ended = await signIns.during(() => installed.program('init', '--yes', '--json'));
      const { all, between, failed } = signIns;
      task.meta.upgrade = { state, signIns: all.length, between, failed: failed.length };
      expectExit(ended, 0);
      expect(failed).toEqual([]);
      expect(between).toBeGreaterThan(0);
      expect((await installed.functionNow()).code).toBe(installed.newCode);

      const planned = await installed.program('plan', '--json');
      expectExit(planned, 0);
      expect(documentOf(planned)).toMatchObject({ changes: 0 });
      const seen = await installed.program('status', '--probe', '--json');
      expectExit(seen, 0);
      expect(documentOf(seen)).toMatchObject({ healthy: true });

      expectExit(await installed.program(...teardownOf(state, file)), 0);
      await expectNothingLeft(installed, signIns);
    });

    test('finish turns password sign-in off, and leaves nothing', async () => {
      const installed = await open(state, file);
      const words = ['finish', '--yes', '--end-password-sign-in', '--no-report', '--json'];
      const accept = teardownOf(state, file).slice(3);
      if (installed.state.isHandedOff) {
        // The other administrator gets a script from teardown.
        expectExit(await installed.program(...words, '--end-migration'), 2);
        expectExit(await installed.program(...words), 0);
        expectExit(await installed.program(...teardownOf(state, file), '--no-report'), 0);
      } else expectExit(await installed.program(...words, '--end-migration', ...accept), 0);
      expect(snapshot(installed)).toBe(installed.before);
      expect(existsSync(installed.file)).toBe(false);
    });

    test('teardown takes it down while users sign in, and leaves nothing', async () => {
      const installed = await open(state, file);
      const { environment } = await installed.functionNow();
      const signIns = new SignIns(installed, environment);
      expectExit(await signIns.during(() => installed.program(...teardownOf(state, file))), 0);
      // Who comes too late is unknown, or may not sign in that way: no function fails on the way.
      expect(signIns.failed.filter(({ error }) => !isTurnedAway(error))).toEqual([]);
      await expectNothingLeft(installed, signIns);
    });
  });
});

const isTurnedAway = (error = ''): boolean =>
  /^(NotAuthorizedException: Incorrect username or password\.|UserNotFoundException|InvalidParameterException: USER_PASSWORD_AUTH flow not enabled)/.test(
    error,
  );

/** The pools, and everything else, are as they were before init. */
async function expectNothingLeft(installed: Installed, signIns: SignIns): Promise<void> {
  await signIns.forget();
  expect(snapshot(installed)).toBe(installed.before);
  expect(existsSync(installed.file)).toBe(false);
}
