/** One case from beginning to end: struck, run again, taken down; each time everything is compared. */
import { readdir, rm } from 'node:fs/promises';
import { env } from 'node:process';
import { expect } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { loadState } from '../../src/core/state.ts';
import type { JournalEntry } from '../../src/sandbox/journal.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import type { ProgramResult } from '../support/run-program.ts';
import { type Case, type Command, changes, counting, faultOf } from './cases.ts';
import { drift } from './drift.ts';
import { start as startProgram } from './program.ts';
import {
  type ConfigurationName,
  type ConfiguredAws,
  filesOf,
  type Moment,
  momentOf,
  openConfiguredAws,
} from './scene.ts';
import { snapshot, stateFile, withoutGroups } from './snapshot.ts';

/** The result of a run, in this process or a separate one. */
type Ended = CliResult | ProgramResult;

/** How an undisturbed run ends, and the calls it makes. */
export interface Reference {
  /** Before init. */
  readonly before: string;
  readonly after: string;
  /** Where the command begins: after init and, for a repair, after everything has drifted. */
  readonly start: Moment;
  readonly state: string;
  readonly calls: readonly JournalEntry[];
}

/** @param time as for {@link openConfiguredAws}; with `real` the struck command is a process of its own. */
export async function undisturbed(
  configuration: ConfigurationName,
  command: Command,
  time: 'fake' | 'real',
): Promise<Reference> {
  const scene = await openConfiguredAws(configuration, time);
  try {
    const before = snapshot(scene);
    await prepare(scene, command);
    const start = await momentOf(scene);
    const ended = await (time === 'fake'
      ? runCli(argvOf(scene, command), scene.io)
      : startProgram(scene, argvOf(scene, command)).ended);
    assertDone(ended);
    const reference: Reference = {
      before,
      start,
      after: snapshot(scene),
      state: await stateFile(scene),
      calls: [...scene.sandbox.journal.calls],
    };
    await assertGoesOn(scene, command, reference);
    return reference;
  } finally {
    await scene.close();
  }
}

/** A second run has nothing to do, and teardown leaves nothing. */
async function assertGoesOn(
  scene: ConfiguredAws,
  command: Command,
  { before, after }: Reference,
): Promise<void> {
  scene.sandbox.journal.clear();
  assertDone(await runCli(argvOf(scene, command), scene.io));
  expect(scene.sandbox.journal.writes()).toEqual([]);
  expect(snapshot(scene)).toBe(after);
  await assertTakenDown(scene, before);
}

/** The command line of a command. */
export function argvOf(scene: ConfiguredAws, command: Command): readonly string[] {
  if (command === 'unchoose') return [...scene.init, '--alarms', 'none'];
  if (command === 'finish') return scene.finish;
  return command === 'teardown' ? scene.teardown : scene.init;
}

/** Everything that has happened before the command in question. The journal begins with the command. */
export async function prepare(scene: ConfiguredAws, command: Command): Promise<void> {
  if (command !== 'init') assertDone(await runCli(scene.init, scene.io));
  if (command === 'repair') await drift(scene);
  scene.sandbox.journal.clear();
}

/** Fails unless the case ends as the undisturbed run does, and teardown where it all began. */
export async function prove(one: Case, reference: Reference): Promise<void> {
  const time = one.kind === 'kill' ? 'real' : 'fake';
  const scene = await openConfiguredAws(one.configuration, time, reference.start);
  try {
    const before = await everything(scene);
    const struck = await (one.kind === 'kill' ? killed(scene, one) : faulted(scene, one));
    assertOrderly(struck);
    if (one.kind === 'kill') expect(struck.code, 'it was killed').toBeNull();
    else expect(allowedCodes(one), `exit code\n${struck.stderr}`).toContain(struck.code);
    await loadState(scene.state); // throws for a broken file
    if (await isAsBefore(scene, before)) return;
    if (await isAsUndisturbed(scene, one, reference, struck)) return;
    if (one.losesState) await rm(scene.state, { force: true });
    await assertConverges(scene, one, reference, struck);
    // A teardown has just been run again, by itself or as the last part of finish.
    if (one.command !== 'teardown' && one.command !== 'finish')
      assertDone(await runCli(scene.teardown, scene.io));
    const see = one.losesState ? withoutGroups : asSeen;
    await assertNothingLeft(scene, reference.before, one.kind === 'kill' ? isCutOff : undefined, see);
  } finally {
    await scene.close();
  }
}

/** All that the next run finds: AWS, and each file. */
const everything = async (scene: ConfiguredAws): Promise<string> =>
  JSON.stringify([snapshot(scene), await filesOf(scene.folder)]);

/**
 * A command that ends before its first write has done nothing: no call could change anything, and AWS and the files are,
 * letter by letter, what the undisturbed run began with. Run again it is that run, from which all the rest was proven.
 */
async function isAsBefore(scene: ConfiguredAws, before: string): Promise<boolean> {
  if (scene.sandbox.journal.calls.some(changes)) return false;
  return (await everything(scene)) === before;
}

/**
 * A read that was struck and got over leaves nothing behind: AWS and the state file are, letter by letter, as after the
 * undisturbed run, and how it goes on from there has been proven with that one.
 */
async function isAsUndisturbed(
  scene: ConfiguredAws,
  { target, losesState }: Case,
  reference: Reference,
  struck: Ended,
): Promise<boolean> {
  if (changes(target) || losesState || struck.code !== exitCodes.ok.code) return false;
  expect(snapshot(scene)).toBe(reference.after);
  expect(await stateFile(scene)).toBe(reference.state);
  return true;
}

/**
 * Milliseconds that the program waits for an answer. The only real time in these cases: where it is short, a busy machine
 * makes other calls late too.
 */
const requestTimeout = Number(env.FAULTS_REQUEST_TIMEOUT ?? 1_500);

async function faulted(scene: ConfiguredAws, one: Case): Promise<Ended> {
  const { faults, journal } = scene.sandbox;
  const disarm = faults.inject(faultOf(one));
  const timeOut = one.kind === 'time-out' ? { requestTimeout } : {};
  const ended = await runCli([...argvOf(scene, one.command), '--json'], { ...scene.io, ...timeOut });
  disarm();
  expect(
    journal.calls.some(({ fault }) => fault !== undefined),
    'the fault has struck',
  ).toBe(true);
  return ended;
}

/** Kills the process at the call: before AWS sees it, or when it has taken effect and is not answered yet. */
async function killed(scene: ConfiguredAws, one: Case): Promise<Ended> {
  const { faults } = scene.sandbox;
  const isTarget = counting(one.target);
  const child = startProgram(scene, argvOf(scene, one.command));
  const stop = faults.onCall(one.position, async (call) => {
    if (!isTarget(call)) return;
    await child.end('SIGKILL');
    if (one.position === 'before') faults.inject({ kind: 'connection-reset', sequence: call.sequence });
  });
  const ended = await child.ended;
  stop();
  return ended;
}

/** A denied call is a missing permission; what passes is got over, or AWS's failure, or the probe's where it struck there. */
function allowedCodes({ kind, lasting }: Case): readonly number[] {
  const { ok, permission, aws, refused } = exitCodes;
  if (kind === 'access-denied') return [ok.code, permission.code, refused.code];
  return lasting === 'once' ? [ok.code] : [ok.code, aws.code, refused.code];
}

/** Nothing that a person should not see. */
export function assertOrderly({ stdout, stderr }: Ended): void {
  expect(stdout + stderr).not.toMatch(/This is a bug|^\s+at .*:\d+:\d+\)?$/m);
}

export function assertDone(ended: Ended): void {
  assertOrderly(ended);
  expect(ended.code, ended.stderr).toBe(exitCodes.ok.code);
}

/** Groups can't have tags. Without the state file nobody knows whose they are, so all of them stay. */
const asSeen = (text: string): string => text;

/** The same command again ends where the undisturbed run ended; after success it has nothing more to do. */
async function assertConverges(
  scene: ConfiguredAws,
  one: Case,
  reference: Reference,
  struck: Ended,
): Promise<void> {
  if (struck.code === exitCodes.ok.code) {
    expect(snapshot(scene)).toBe(reference.after);
    scene.sandbox.journal.clear();
  }
  assertDone(await runCli(argvOf(scene, one.command), scene.io));
  if (struck.code === exitCodes.ok.code) expect(scene.sandbox.journal.writes()).toEqual([]);
  const see = one.losesState ? withoutGroups : asSeen;
  expect(see(snapshot(scene))).toBe(see(reference.after));
}

/** Everything is as it was before init, and no file is left behind. */
export async function assertTakenDown(
  scene: ConfiguredAws,
  before: string,
  argv: readonly string[] = scene.teardown,
): Promise<void> {
  assertDone(await runCli(argv, scene.io));
  await assertNothingLeft(scene, before);
}

async function assertNothingLeft(
  scene: ConfiguredAws,
  before: string,
  mayLie: (name: string) => boolean = () => false,
  see: (text: string) => string = asSeen,
): Promise<void> {
  expect(see(snapshot(scene))).toBe(see(before));
  expect((await readdir(scene.folder)).filter((name) => !isReport(name) && !mayLie(name))).toEqual([]);
}

/** The last report of a teardown that ran in this folder. It stays, and so does that of one that was killed. */
const isReport = (name: string): boolean => /^cognito-migrate-report-[\d-]+\.html$/.test(name);

/**
 * The draft of a state file, lock, or report whose writer was killed while it wrote. It stays: by its name alone it could not be
 * told from somebody's own copy, and nothing is ever read from it.
 */
const isCutOff = (name: string): boolean =>
  /^(state\.json(\.lock\.[0-9a-f-]{36}|\.\d+)|cognito-migrate-report-[\d-]+\.html\.\d+\.tmp)$/.test(name);
