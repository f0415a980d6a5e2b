/** The program, built for one test as the package is built, and which sources it really loads when it is run. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';
import { buildProgram } from '../../scripts/build-program.mjs';
import { tempFolder } from '../support/temp.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Notes the address of every module just before it is loaded. */
const hooks = (log: string): string => `
  import { appendFileSync } from 'node:fs';
  export async function load(url, context, next) {
    appendFileSync(${JSON.stringify(log)}, url + '\\n');
    return next(url, context);
  }`;

export interface Loaded {
  readonly code: number | null;
  readonly stdout: string;
  /** Paths of the sources, packages too, as in `src/cli/main.ts` and `node_modules/ora/index.js`. */
  readonly sources: readonly string[];
}

/** @param prefix code to put in front of a source, by the source's path. */
export async function buildTraced(
  prefix: Readonly<Record<string, string>> = {},
): Promise<(args: readonly string[]) => Loaded> {
  const folder = await tempFolder();
  const { outputs } = await buildProgram({ outdir: folder, plugins: [prefixing(prefix)] });
  const files = Object.entries(outputs).map(
    ([path, { inputs }]) => [join(root, path), Object.keys(inputs)] as const,
  );
  const log = join(folder, 'loaded.txt');
  const tracer = join(folder, 'tracer.mjs');
  const source = `data:text/javascript,${encodeURIComponent(hooks(log))}`;
  writeFileSync(tracer, `import { register } from 'node:module'; register(${JSON.stringify(source)});`);
  return (args) => {
    rmSync(log, { force: true });
    const { status, stdout } = spawnSync(
      process.execPath,
      ['--import', pathToFileURL(tracer).href, join(folder, 'cli/main.js'), ...args],
      { cwd: folder, env: { PATH: process.env.PATH, HOME: folder }, encoding: 'utf8' },
    );
    const urls = readFileSync(log, 'utf8').split('\n');
    const loaded = urls.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url));
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
