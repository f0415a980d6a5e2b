/** The questions of the self-test by themselves, without the journey, on a local AWS of any kind. */
import { onTestFinished } from 'vitest';
import { openAccess } from '../../src/aws/clients.ts';
import { createSandbox, keysOf, noDelays, type Sandbox } from '../../src/sandbox/index.ts';
import { type CognitoSettings, cognitoSettings } from '../../src/sandbox/services/cognito/index.ts';
import { questions } from '../../src/self-test/aws-behavior/index.ts';
import type { Result } from '../../src/self-test/check.ts';
import { newRunId } from '../../src/self-test/fixtures/names.ts';
import type { Place } from '../../src/self-test/fixtures/resources.ts';
import { Meter } from '../../src/self-test/meter.ts';
import { openScene } from '../../src/self-test/open-scene.ts';
import { runChecks } from '../../src/self-test/run-checks.ts';
import { account, region } from '../support/local-aws.ts';
import { fakeIo } from '../support/run-cli.ts';

export interface AskedBehavior {
  readonly sandbox: Sandbox;
  readonly place: Place;
  readonly results: readonly Result[];
  /** A question's outcome and what it saw: `same: not called (…)`. */
  answer(id: string): string;
}

interface Asking {
  /** IDs; absent: all. */
  readonly only?: readonly string[];
  /** Is done to the local AWS before anything is asked. */
  readonly first?: (sandbox: Sandbox) => void;
  /** Stands between the program and the local AWS. */
  readonly behind?: (url: string) => Promise<string>;
}

/** Starts a local AWS with these settings, asks the questions, and leaves everything as it then is. */
export async function ask(world: Partial<CognitoSettings> = {}, asking: Asking = {}): Promise<AskedBehavior> {
  const { only, first, behind = (url: string) => Promise.resolve(url) } = asking;
  const { io } = fakeIo();
  const begun = io.clock.now();
  // The program's waits pass at once, and so does the time of its import jobs.
  const now = (): number => Date.now() + io.clock.now() - begun;
  const sandbox = await createSandbox({ now, delays: { ...noDelays, importStart: 3_000 } });
  onTestFinished(() => sandbox.close());
  Object.assign(cognitoSettings(sandbox.world), world);
  first?.(sandbox);
  const meter = new Meter(io.clock);
  const open = openAccess(
    {
      endpoint: await behind(sandbox.url),
      mfaCode: () => Promise.reject(new Error('no MFA here')),
      emit: meter.emit,
      clock: io.clock,
      signal: io.interrupt.signal,
      userAgent: 'test',
      requestTimeout: 28_000,
    },
    () => async () => keysOf(account),
  );
  const place: Place = {
    side: open(region),
    account,
    partition: 'aws',
    caller: `arn:aws:iam::${account}:root`,
    endpoint: sandbox.url,
    rolePath: '/',
    permissionsBoundary: undefined,
  };
  const { scene } = openScene({
    runProgram: () => Promise.reject(new Error('no question runs a command')),
    clock: io.clock,
    signal: io.interrupt.signal,
    runId: newRunId(),
    places: { new: place, old: place },
    access: [],
    folder: '',
    watch: meter.emit,
    onProgress: () => undefined,
  });
  const checks = only === undefined ? questions : questions.filter(({ id }) => only.includes(id));
  const results = await runChecks(checks, { scene, meter, emit: meter.emit, onResult: () => undefined });
  return {
    sandbox,
    place,
    results,
    answer: (id) => {
      const result = results.find((one) => one.id === id);
      return result === undefined ? 'not asked' : `${result.outcome}: ${result.seen}`;
    },
  };
}
