/**
 * The execution environments of one function.
 * They start when needed, run again while warm, and end on a change.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { unzipSync } from 'fflate';
import { ServiceError } from '../../operation.ts';
import { bootstrapSource } from './bootstrap.ts';
import { type Finished, FunctionProcess } from './process.ts';

export interface Launch {
  readonly zip: Uint8Array;
  /** Everything that the process sees of the outside. `folder` holds its code. */
  env(folder: string, logStream: string): Readonly<Record<string, string>>;
  /** Time when its credentials stop being usable. Then a new process takes over. */
  readonly expiresAt: number;
}

export interface Environment {
  readonly process: FunctionProcess;
  readonly logStream: string;
  readonly expiresAt: number;
  readonly generation: number;
  readonly startedAt: number;
  /** Duration of its start, in milliseconds. Undefined until it has started. */
  initMs: number | undefined;
  /** Lines written during its start, for the log of its first event. */
  initLines: readonly string[];
  /** The result of a failed start. */
  failed: Finished | undefined;
}

/** Unzips into a folder. Skips entries that would leave it. */
async function unpack(zip: Uint8Array, folder: string): Promise<void> {
  for (const [name, content] of Object.entries(unzipSync(zip))) {
    const file = resolve(folder, name);
    if (!file.startsWith(folder + sep)) continue;
    if (name.endsWith('/')) await mkdir(file, { recursive: true });
    else {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
  }
}

/** The processes of a function. */
export class FunctionPool {
  #folder: Promise<string> | undefined;
  #generation = 0;
  /** Number of runs under way, including those that wait for an environment. */
  running = 0;
  #closed = false;
  readonly #idle: Environment[] = [];
  readonly #busy = new Set<Environment>();

  async #unpacked(zip: Uint8Array): Promise<string> {
    const root = await mkdtemp(join(tmpdir(), `local-aws-${process.pid}-`));
    await writeFile(join(root, 'bootstrap.mjs'), bootstrapSource);
    await mkdir(join(root, 'task'));
    await unpack(zip, join(root, 'task'));
    return root;
  }

  /** A warm environment if one exists, otherwise a new one. It is busy until released. */
  async acquire(now: number, logStream: string, launch: () => Launch): Promise<Environment> {
    // The function was deleted, or the sandbox closed, while this call waited.
    if (this.#closed) throw new ServiceError('ResourceNotFoundException', 'Function not found', 404);
    for (let warm = this.#idle.pop(); warm; warm = this.#idle.pop()) {
      if (warm.process.alive && now < warm.expiresAt) {
        this.#busy.add(warm);
        return warm;
      }
      await warm.process.kill();
    }
    const { zip, env, expiresAt } = launch();
    const generation = this.#generation;
    this.#folder ??= this.#unpacked(zip);
    const root = await this.#folder;
    // Code or configuration changed while this call waited. Start again with the current one.
    if (generation !== this.#generation) return this.acquire(now, logStream, launch);
    const task = join(root, 'task');
    const process = new FunctionProcess(join(root, 'bootstrap.mjs'), task, env(task, logStream));
    const startedAt = performance.now();
    const environment: Environment = {
      process,
      logStream,
      expiresAt,
      generation,
      startedAt,
      initMs: undefined,
      initLines: [],
      failed: undefined,
    };
    this.#busy.add(environment);
    return environment;
  }

  /** Returns an environment to the pool, or ends it if it isn't usable or current. */
  async release(environment: Environment, usable: boolean): Promise<void> {
    this.#busy.delete(environment);
    if (usable && environment.process.alive && environment.generation === this.#generation) {
      this.#idle.push(environment);
    } else {
      await environment.process.kill();
    }
  }

  /** Handles new code or configuration. Idle processes end now, busy ones when they are done. */
  async renew(): Promise<void> {
    this.#generation += 1;
    const folder = this.#folder;
    this.#folder = undefined;
    const busy = this.#busy.size > 0;
    await Promise.all(this.#idle.splice(0).map(({ process }) => process.kill()));
    // A folder in use stays until the pool is closed.
    if (folder && busy) this.#leftovers.push(folder);
    else if (folder) await remove(folder);
  }

  readonly #leftovers: Promise<string>[] = [];

  /** Ends all processes and removes their files. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#busy].map(({ process }) => process.kill()));
    await this.renew();
    await Promise.all(this.#leftovers.splice(0).map(remove));
  }
}

async function remove(folder: Promise<string>): Promise<void> {
  const path = await folder.catch(() => undefined);
  if (path !== undefined) await rm(path, { recursive: true, force: true, maxRetries: 5 });
}
