/** One run at a time on one state file. A lock whose process is gone is taken over at once. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import * as z from 'zod/mini';
import { isAlive } from './alive.ts';
import { StateFileError } from './errors.ts';

const Holder = z.object({ pid: z.number(), host: z.string(), since: z.string() });
type Holder = z.output<typeof Holder>;

const errno = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

async function holderOf(path: string): Promise<Holder | 'none' | 'unreadable'> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errno(error) === 'ENOENT') return 'none';
    throw error;
  }
  try {
    return Holder.parse(JSON.parse(text));
  } catch {
    return 'unreadable';
  }
}

/** Puts a file that already holds its content under a name that must be free: true when it did. */
async function claim(content: string, path: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, content, { mode: 0o600 });
  try {
    await link(draft, path).catch((error: unknown) => {
      if (errno(error) === 'EEXIST') throw error;
      return copyFile(draft, path, constants.COPYFILE_EXCL); // file systems without hard links
    });
    return true;
  } catch (error) {
    if (errno(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Moves a dead holder's lock aside. Renaming is atomic, so of two runs that try, one finds it gone. */
async function clearDead(path: string, dead: Holder): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (errno(error) === 'ENOENT') return;
    throw error;
  }
  const moved = await holderOf(aside);
  const isTheDeadOne = typeof moved === 'object' && moved.pid === dead.pid && moved.since === dead.since;
  if (!isTheDeadOne) await link(aside, path).catch(() => undefined); // a living run's lock: give it back
  await rm(aside, { force: true });
}

/**
 * Takes the lock `path`, or throws StateFileError that names who holds it. Returns the function that gives it back.
 */
export async function takeLock(path: string, now: () => number): Promise<() => Promise<void>> {
  const mine: Holder = { pid: process.pid, host: hostname(), since: new Date(now()).toISOString() };
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (await claim(JSON.stringify(mine), path)) return () => rm(path, { force: true });
    const holder = await holderOf(path);
    if (holder === 'none') continue;
    if (holder === 'unreadable' || holder.host !== mine.host || (await isAlive(holder.pid)))
      throw locked(path, holder);
    await clearDead(path, holder);
  }
  throw locked(path, await holderOf(path));
}

/** Clears away the lock of a run that was killed, where there is nothing else left to lock. */
export async function dropDeadLock(path: string): Promise<void> {
  const holder = await holderOf(path);
  if (typeof holder === 'string' || holder.host !== hostname() || (await isAlive(holder.pid))) return;
  await clearDead(path, holder);
}

function locked(path: string, holder: Holder | 'none' | 'unreadable'): StateFileError {
  const who =
    typeof holder === 'object'
      ? `process ${holder.pid} on ${holder.host}, since ${holder.since}`
      : 'an unknown process';
  return new StateFileError(`Another run is using this migration: ${who}`, {
    code: 'STATE_LOCKED',
    found: typeof holder === 'object' ? holder : null,
    hint: [`Wait for it to end. If it cannot be running any more, delete ${path}`],
  });
}
