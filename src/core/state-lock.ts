/** Allows one run at a time per state file. Takes over a lock only if its process is known to be gone. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { StateFileError } from './errors.ts';
import { isAlive, isSamePlace, type ProcessFacts, thisProcess } from './process-alive.ts';

const text = z.optional(z.string());

/** Version 1.0.0 wrote only the first three. */
const Holder = z.object({
  pid: z.number(),
  host: z.string(),
  since: z.string(),
  boot: text,
  pidNamespace: text,
  started: text,
  token: text,
});
type Holder = z.output<typeof Holder>;

const errno = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

async function holderOf(path: string): Promise<Holder | 'none' | 'unreadable'> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    if (errno(error) === 'ENOENT') return 'none';
    throw error;
  }
  try {
    return Holder.parse(JSON.parse(content));
  } catch {
    return 'unreadable';
  }
}

/** Gives a file a second name, which must be free. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch((error: unknown) => {
    if (errno(error) === 'EEXIST') throw error;
    return copyFile(from, to, constants.COPYFILE_EXCL); // file systems without hard links
  });
}

/** Puts a file that already holds its content under a name that must be free: true when it did. */
async function claim(content: string, path: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, content, { mode: 0o600 });
  try {
    await linkOrCopy(draft, path);
    return true;
  } catch (error) {
    if (errno(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

const isSameLock = (one: Holder, other: Holder): boolean =>
  one.token === other.token && one.pid === other.pid && one.since === other.since;

/**
 * Removes the lock of this holder, and no other. Renaming is atomic: of two runs, one finds it gone.
 * @param holder undefined removes the lock of any holder.
 */
async function removeLock(path: string, holder?: Holder): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (errno(error) === 'ENOENT') return;
    throw error;
  }
  const moved = await holderOf(aside);
  const isIt = holder === undefined || (typeof moved === 'object' && isSameLock(moved, holder));
  if (!isIt) await linkOrCopy(aside, path).catch(() => undefined); // a living run's lock: give it back
  await rm(aside, { force: true });
}

/** Releases the lock, unless another run has taken it over. */
async function release(path: string, mine: Holder): Promise<void> {
  const holder = await holderOf(path);
  if (typeof holder === 'object' && isSameLock(holder, mine)) await removeLock(path, mine);
}

/** Whether its process ran in the same place as this one and is gone. */
const isGone = async (holder: Holder, me: ProcessFacts): Promise<boolean> =>
  isSamePlace(holder, me) && !(await isAlive(holder.pid, holder.started));

/**
 * Takes the lock at `path`, or throws StateFileError with its holder. Returns the release function.
 * @param breakLock takes it from any holder.
 */
export async function takeLock(
  path: string,
  now: () => number,
  breakLock = false,
): Promise<() => Promise<void>> {
  const me = await thisProcess();
  const mine: Holder = { ...me, since: new Date(now()).toISOString(), token: randomUUID() };
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (await claim(JSON.stringify(mine), path)) return () => release(path, mine);
    const holder = await holderOf(path);
    if (holder === 'none') continue;
    if (breakLock) await removeLock(path);
    else if (holder === 'unreadable' || !(await isGone(holder, me))) throw locked(path, holder, me);
    else await removeLock(path, holder);
  }
  throw locked(path, await holderOf(path), me);
}

/**
 * The holder of the lock: `process 4711 on host, since …`.
 * Undefined if no live run is known to hold it.
 */
export async function holderInWords(path: string): Promise<string | undefined> {
  const [holder, me] = [await holderOf(path), await thisProcess()];
  if (typeof holder !== 'object' || (await isGone(holder, me))) return undefined;
  return inWords(holder, me);
}

/** Removes the lock of a killed run when there is nothing else left to lock. */
export async function dropDeadLock(path: string): Promise<void> {
  const holder = await holderOf(path);
  if (typeof holder === 'object' && (await isGone(holder, await thisProcess())))
    await removeLock(path, holder);
}

/** Why this process cannot look for the lock's process. */
function whereElse(holder: Holder, me: ProcessFacts): string {
  if (holder.host !== me.host || isSamePlace(holder, me)) return '';
  if (holder.token === undefined) return ' (version 1.0.0)';
  return holder.boot === me.boot
    ? ' (another container)'
    : ' (another boot, or another machine of that name)';
}

function locked(path: string, holder: Holder | 'none' | 'unreadable', me: ProcessFacts): StateFileError {
  if (typeof holder !== 'object') return lockedBy('an unknown process', null, path);
  const { token: _token, ...found } = holder;
  return lockedBy(inWords(holder, me), found, path);
}

const inWords = (holder: Holder, me: ProcessFacts): string =>
  `process ${holder.pid} on ${holder.host}${whereElse(holder, me)}, since ${holder.since}`;

const lockedBy = (who: string, found: object | null, path: string): StateFileError =>
  new StateFileError(`Another run is using this migration: ${who}`, {
    code: 'STATE_LOCKED',
    found,
    hint: [
      'Wait for it to end.',
      `If you know that it has ended, run again with --break-lock. That removes ${path}`,
    ],
  });
