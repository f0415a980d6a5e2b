/**
 * Keeps compiled code between runs, because compiling is a third of a command's start.
 * Node.js 22.1 and later can do that themselves. For Node.js 20, this file does it.
 */
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import nodeModule from 'node:module';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { Script } from 'node:vm';
import { version } from '../core/version.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** In characters. Compiling a shorter file is quicker than reading its compiled code. */
const minimumLength = 10_000;

/** Code of another version of this program, Node.js, or processor is of no use. */
const prefix = `${version}-${process.version}-${process.arch}-`;
/** A file of this program, and not one of those that Node.js keeps in the same folder. */
const isOwnFile = (name: string): boolean => /^\d.*\.js-\d+-\d+$/.test(name);

/** Begins to keep compiled code in a folder of this user. Does nothing if there is no such folder. */
export function keepCompiledCode(env: Env): void {
  if (env.NODE_DISABLE_COMPILE_CACHE) return;
  if (!('enableCompileCache' in nodeModule) || typeof nodeModule.enableCompileCache !== 'function') {
    hookLoader(env);
    return;
  }
  const folder = privateFolder(env);
  if (folder !== undefined) nodeModule.enableCompileCache(folder);
}

/**
 * The folder for compiled code. Undefined unless it belongs to this user and nobody else can write to it.
 * Write access to it is enough to run code as this user. So the shared temporary folder is not safe.
 */
function privateFolder(env: Env): string | undefined {
  try {
    const folder = join(cacheHome(env), 'cognito-migrate', 'compiled');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const stats = lstatSync(folder);
    const isPrivate =
      process.getuid === undefined || (stats.uid === process.getuid() && !(stats.mode & 0o022));
    return stats.isDirectory() && isPrivate ? folder : undefined;
  } catch {
    return undefined; // a read-only home, for example
  }
}

function cacheHome({ XDG_CACHE_HOME = '', LOCALAPPDATA = '' }: Env): string {
  const { homedir } = process.getBuiltinModule('node:os');
  if (process.platform === 'win32') return LOCALAPPDATA || join(homedir(), 'AppData', 'Local');
  if (isAbsolute(XDG_CACHE_HOME)) return XDG_CACHE_HOME;
  return join(homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache');
}

/**
 * Makes require() use kept code for the files of this program.
 * Node.js 20 has no public hook for that. Its loader no longer changes.
 */
function hookLoader(env: Env): void {
  const compile: unknown = Reflect.get(nodeModule.prototype, '_compile');
  if (typeof compile !== 'function') return;
  const own = join(import.meta.dirname, '..', 'chunks');
  let compileOwn: ((source: string, file: string) => unknown) | undefined;
  const hooked = function (this: NodeModule, source: string, file: string, ...rest: unknown[]): unknown {
    if (source.length >= minimumLength && dirname(file) === own) {
      compileOwn ??= compiler(privateFolder(env));
      const run = compileOwn(source, file);
      const load = (id: string): unknown => this.require(id);
      if (typeof run === 'function')
        return Reflect.apply(run, this.exports, [this.exports, load, this, file, dirname(file)]);
    }
    return Reflect.apply(compile, this, [source, file, ...rest]);
  };
  Reflect.set(nodeModule.prototype, '_compile', hooked);
}

/** Compiles with the code that is kept in this folder, and keeps it at the end of the run. */
function compiler(folder: string | undefined): (source: string, file: string) => unknown {
  if (folder === undefined) return () => undefined;
  const { crc32 } = process.getBuiltinModule('node:zlib');
  const { Script } = process.getBuiltinModule('node:vm');
  const fresh = new Map<string, Script>();

  /** The kept code behind its checksum, because the engine does not notice damaged code. */
  const read = (file: string): Buffer | undefined => {
    try {
      const whole = readFileSync(file);
      const code = whole.subarray(4);
      return whole.readUInt32LE() === crc32(code) ? code : undefined;
    } catch {
      return undefined;
    }
  };

  /** At the end of a run, so that functions that the run has called are part of the compiled code. */
  const save = (): void => {
    if (fresh.size === 0) return;
    try {
      for (const [file, script] of fresh) {
        const code = script.createCachedData();
        const checksum = Buffer.alloc(4);
        checksum.writeUInt32LE(crc32(code));
        const draft = `${file}.${process.pid}`;
        writeFileSync(draft, Buffer.concat([checksum, code]), { mode: 0o600 });
        renameSync(draft, file);
      }
      const old = readdirSync(folder).filter((name) => isOwnFile(name) && !name.startsWith(prefix));
      for (const name of old) rmSync(join(folder, name));
    } catch {
      // Without kept code, the next run only starts later.
    }
  };

  process.once('exit', save);
  return (source, file) => {
    // Node.js too identifies a source by these two.
    const kept = join(folder, `${prefix}${basename(file)}-${source.length}-${crc32(source)}`);
    const cachedData = read(kept);
    const script = new Script(nodeModule.wrap(source), { filename: file, cachedData });
    if (cachedData === undefined || script.cachedDataRejected) fresh.set(kept, script);
    return script.runInThisContext();
  };
}
