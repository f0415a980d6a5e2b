/** The program, built for one test as the package is built, and which sources it really loads when it is run. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import { buildProgram } from '../../scripts/build-program.mjs';
import { tempFolder } from '../support/temp.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Notes at the end which files Node has loaded. Loaders of ES modules are none of them: the program is CommonJS. */
const tracing = (log: string): string =>
  `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(log)}, Object.keys(require.cache).join('\\n')));`;

export interface Loaded {
  readonly code: number | null;
  readonly stdout: string;
  /** Paths of the sources, packages too, as in `src/cli/main.ts` and `node_modules/ora/index.js`. */
  readonly sources: readonly string[];
}

/** @param prefix code to put in front of a source, by the source's path. */
export async function buildTraced(
  prefix: Readonly<Record<string, string>> = {},
): Promise<(args: readonly string[], env?: Readonly<Record<string, string>>) => Loaded> {
  const folder = await tempFolder();
  const { outputs } = await buildProgram({ outdir: folder, plugins: [prefixing(prefix)] });
  const files = Object.entries(outputs).map(
    ([path, { inputs }]) => [join(root, path), Object.keys(inputs)] as const,
  );
  const log = join(folder, 'loaded.txt');
  const tracer = join(folder, 'tracer.cjs');
  writeFileSync(tracer, tracing(log));
  return (args, env = {}) => {
    rmSync(log, { force: true });
    const { status, stdout } = spawnSync(
      process.execPath,
      ['--require', tracer, join(folder, 'cli/main.js'), ...args],
      { cwd: folder, env: { PATH: process.env.PATH, HOME: folder, ...env }, encoding: 'utf8' },
    );
    const loaded = readFileSync(log, 'utf8').split('\n');
    const sources = files.flatMap(([file, inputs]) => (loaded.includes(file) ? inputs : []));
    return { code: status, stdout, sources };
  };
}

const prefixing = (prefix: Readonly<Record<string, string>>): Plugin => ({
  name: 'prefix',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = prefix[relative(root, path).replaceAll('\\', '/')];
      if (text === undefined) return undefined;
      return { contents: `${text}\n${readFileSync(path, 'utf8')}`, loader: 'ts' };
    });
  },
});
