/** Ctrl-C and SIGTERM, in every phase of a command. */
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { loadState } from '../../src/core/state.ts';
import { isWrite } from '../../src/sandbox/journal.ts';
import { fakeIo, runCli } from '../support/run-cli.ts';
import type { ProgramResult, RunningProgram } from '../support/run-program.ts';
import { type Command, commands, counting, type Target, targetName, targetsOf } from './cases.ts';
import { start } from './program.ts';
import { argvOf, assertDone, assertOrderly, assertTakenDown, undisturbed } from './prove.ts';
import { account, type ConfiguredAws, openConfiguredAws } from './scene.ts';
import { snapshot } from './snapshot.ts';

const cancelled = exitCodes.cancelled.code;

/** The calls from the first write on: before it Ctrl-C has nothing to finish. */
function workOf(calls: Parameters<typeof targetsOf>[0]): Target[] {
  const first = calls.findIndex(({ operation }) => isWrite(operation));
  return targetsOf(calls).filter(
    ({ operation }, index) => index >= first && (isWrite(operation) || operation === 'Invoke'),
  );
}

describe.each(commands)('one Ctrl-C during %s', async (command: Command) => {
  const reference = await undisturbed('plain', command, 'fake');
  const work = workOf(reference.calls);

  test.each(work.map((target) => [targetName(target), target] as const))('at %s', async (_name, target) => {
    const scene = await openConfiguredAws('plain', 'fake', reference.start);
    try {
      const isTarget = counting(target);
      const fake = fakeIo(scene.io);
      scene.sandbox.faults.onCall('before', (call) => {
        if (isTarget(call)) fake.io.interrupt.press();
      });
      const pressed = await runCli(argvOf(scene, command), fake);
      assertOrderly(pressed);
      // Pressed during the last call, there is nothing left to stop.
      expect([cancelled, exitCodes.ok.code], pressed.stderr).toContain(pressed.code);
      expect(pressed.stderr).toContain('Ctrl-C again stops at once');
      if (pressed.code === cancelled) expect(pressed.stderr).toMatch(/same command again/);
      await loadState(scene.state);
      assertDone(await runCli(argvOf(scene, command), scene.io));
      expect(snapshot(scene)).toBe(reference.after);
      await assertTakenDown(scene, reference.before);
    } finally {
      await scene.close();
    }
  });
});

/** Runs the real program and sends signals to it at one call, which is answered only when `sent` is done. */
async function signalled(
  scene: ConfiguredAws,
  argv: readonly string[],
  target: Target,
  sent: (running: RunningProgram) => Promise<void>,
): Promise<ProgramResult> {
  const isTarget = counting(target);
  const child = start(scene, argv);
  const stop = scene.sandbox.faults.onCall('before', async (call) => {
    if (isTarget(call)) await sent(child);
  });
  const ended = await child.ended;
  stop();
  return ended;
}

const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

describe('the real process', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s before the first write ends it at once: nothing was changed',
    async (name) => {
      const scene = await openConfiguredAws('plain', 'real');
      try {
        const before = snapshot(scene);
        const target = { account, service: 'cognito-idp', operation: 'DescribeUserPool', skip: 0 };
        const ended = await signalled(scene, scene.init, target, async ({ child }) => void child.kill(name));
        assertOrderly(ended);
        expect(ended.code).toBe(cancelled);
        expect(ended.stderr).toContain('Nothing was changed.');
        expect(snapshot(scene)).toBe(before);
      } finally {
        await scene.close();
      }
    },
  );

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s during a write lets it finish and says how to go on',
    async (name) => {
      const scene = await openConfiguredAws('plain', 'real');
      try {
        const before = snapshot(scene);
        const target = { account, service: 'iam', operation: 'CreateRole', skip: 0 };
        const ended = await signalled(scene, scene.init, target, async (child) => {
          child.child.kill(name);
          await moment();
        });
        assertOrderly(ended);
        expect(ended.code).toBe(cancelled);
        expect(ended.stderr).toContain('Finishing the current call.');
        expect(ended.stderr).toMatch(/same command again/);
        const state = await loadState(scene.state);
        expect(state?.steps['lambda-role']?.status).toBe('applied');
        assertDone(await runCli(scene.init, scene.io));
        await assertTakenDown(scene, before);
      } finally {
        await scene.close();
      }
    },
  );

  test('a second Ctrl-C does not wait for the call', async () => {
    const scene = await openConfiguredAws('plain', 'real');
    try {
      const before = snapshot(scene);
      const target = { account, service: 'lambda', operation: 'CreateFunction', skip: 0 };
      const ended = await signalled(scene, scene.init, target, async (child) => {
        child.child.kill('SIGINT');
        await moment();
        child.child.kill('SIGINT');
        await child.ended; // answered only when nobody is there any more
      });
      assertOrderly(ended);
      expect(ended.code).toBe(cancelled);
      await loadState(scene.state);
      assertDone(await runCli(scene.init, scene.io));
      await assertTakenDown(scene, before);
    } finally {
      await scene.close();
    }
  });
});
