/** Every state of version 1.0.0 gets alarms, loses them again, and keeps a state file that version 1.0.0 reads. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { alarmsIn } from '../../src/sandbox/services/cloudwatch/alarms.ts';
import { dashboardsIn } from '../../src/sandbox/services/cloudwatch/dashboards.ts';
import { main } from '../fault-injection/sides.ts';
import { snapshot } from '../fault-injection/snapshot.ts';
import { type Installed, openInstalled } from './installed.ts';
import { stateNames } from './states.ts';

/** What version 1.0.0 expects of a state file. It ignores other members. */
const StateOf100 = z.object({
  version: z.literal(1),
  migration: z.string(),
  account: z.string(),
  variables: z.record(z.string(), z.unknown()),
  steps: z.record(
    z.string(),
    z.object({
      status: z.enum(['applying', 'applied', 'removing']),
      before: z.record(z.string(), z.unknown()).optional(),
      latest: z.record(z.string(), z.unknown()).optional(),
      at: z.string(),
    }),
  ),
});

const watching = ({ sandbox: { world } }: Installed) => ({
  alarms: alarmsIn({ world, ...main }).size,
  dashboards: dashboardsIn({ world, ...main }).size,
});

const stateIn = async ({ file }: Installed) => StateOf100.parse(JSON.parse(await readFile(file, 'utf8')));

test.each(stateNames)('%s: alarms come with the update, and go with --alarms none', async (name) => {
  const installed = await openInstalled(name);
  const run = async (...words: string[]) => {
    const { code, stdout, stderr } = await installed.program(...words, '--json');
    expect(code, `${words.join(' ')}\n${stderr}${stdout}`).toBe(0);
    return JSON.parse(stdout);
  };
  const before = await stateIn(installed);
  const { items } = await run('plan', '--alarms');
  const added = items.filter(({ step }: { step: string }) => step === 'alarms' || step === 'dashboard');
  expect(added.map(({ action }: { action: string }) => action)).toEqual(Array(5).fill('create'));

  await run('init', '--alarms', '--yes');
  expect(watching(installed)).toEqual({ alarms: 4, dashboards: 1 });
  expect((await run('status')).alarms).toHaveLength(4);
  expect((await run('plan')).changes).toBe(0);
  const after = await stateIn(installed);
  expect(Object.keys(after.steps)).toEqual(expect.arrayContaining(Object.keys(before.steps)));

  await run('init', '--alarms', 'none', '--yes');
  expect(watching(installed)).toEqual({ alarms: 0, dashboards: 0 });
  expect((await run('plan')).changes).toBe(0);
  expect(Object.keys((await stateIn(installed)).steps).toSorted()).toEqual(
    Object.keys(before.steps).toSorted(),
  );

  await run('init', '--alarms', '--yes');
  await run('teardown', '--yes');
  expect(snapshot(installed)).toBe(installed.before);
});

test('the number that users keeps leaves the state file as version 1.0.0 reads it', async () => {
  const installed = await openInstalled('one-account');
  expect((await installed.program('init', '--yes')).code).toBe(0);
  const before = await stateIn(installed);
  expect((await installed.program('users', '--json')).code).toBe(0);
  expect(JSON.parse(await readFile(installed.file, 'utf8'))).toHaveProperty('moved.users');
  expect(await stateIn(installed)).toEqual(before);
});
