import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { given } from './support/errors.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Every source file, with a slash on every system. */
async function sources(): Promise<string[]> {
  const all = await readdir(join(root, 'src'), { recursive: true });
  return all.filter((name) => name.endsWith('.ts')).map((name) => `src/${name.replaceAll('\\', '/')}`);
}

/** One import. As esbuild resolves it type imports are gone, so those are read from the text as well. */
interface Edge {
  readonly from: string;
  readonly to: string;
  /** `import()`: loaded when it is called for. */
  readonly isLazy?: boolean;
}

let files: string[];
let edges: Edge[];
/** Also the imports that only the compiler sees. */
let allEdges: Edge[];
let program: Metafile;

const options = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'silent',
} as const;

const written = /(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g;

async function writtenEdges(from: string): Promise<Edge[]> {
  const text = await readFile(join(root, from), 'utf8');
  return [...text.matchAll(written)].map(([, specifier = '']) => {
    const to = new URL(specifier, `file:///${from}`).pathname.slice(1);
    return { from, to };
  });
}

beforeAll(async () => {
  files = await sources();
  const [every, main] = await Promise.all([
    build({ ...options, entryPoints: files, outdir: 'out', packages: 'external' }),
    build({
      ...options,
      entryPoints: ['src/cli/main.ts'],
      outdir: 'out',
      splitting: true,
      mainFields: ['module', 'main'],
    }),
  ]);
  edges = Object.entries(every.metafile.inputs).flatMap(([from, { imports }]) =>
    imports.map(({ path, kind }) => ({ from, to: path, isLazy: kind === 'dynamic-import' })),
  );
  allEdges = (await Promise.all(files.map(writtenEdges))).flat();
  program = main.metafile;
});

const layer = (path: string): string =>
  /^src\/(\w+)\//.exec(path)?.[1] ?? (/^templates\//.test(path) ? 'templates' : path);

/** Layers that each layer may import from, beside itself. `templates` is data. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: [],
  aws: ['core'],
  steps: ['aws', 'core', 'templates'],
  cli: ['steps', 'aws', 'core', 'templates'],
  lambda: [],
  sandbox: [],
};

/** The exceptions, each with its reason in DESIGN: `file → file`. */
const exceptions = [
  // Settings travel from init to the function, so both sides encode and decode them with the same code.
  /^src\/(steps|cli)\/\S+ → src\/lambda\/settings\.ts$/,
  // The doctor foretells what the function does with a user by asking the function's own rules, which call nothing.
  /^src\/steps\/doctor\/\S+ → src\/lambda\/(attributes|decide|names|old-user|vouched)\.ts$/,
  // `try` asks the function's own rule whether any user can have a name: for such an event the function has no answer.
  /^src\/cli\/try\/impossible\.ts → src\/lambda\/event\.ts$/,
  // Only these commands come with a local AWS.
  /^src\/cli\/commands\/(demo|sandbox|self-test)\.ts → src\/sandbox\/index\.ts$/,
  // A denied action leads to the command that prints its permission, if one does: the policies themselves say which.
  /^src\/aws\/denials\.ts → templates\/(operator-policy-(new|old)|self-test-policy)\.json$/,
  /^src\/core\/version\.ts → package\.json$/,
];

describe('who may import whom', () => {
  test('the graph is the real one', () => {
    expect(files.length).toBeGreaterThan(150);
    const relative = edges.filter(({ to }) => to.startsWith('src/'));
    expect(relative.length).toBeGreaterThan(300);
    const known = new Set(allEdges.map(({ from, to }) => `${from} → ${to}`));
    expect(relative.filter(({ from, to }) => !known.has(`${from} → ${to}`))).toEqual([]);
  });

  test('every folder of src is a layer', () => {
    expect([...new Set(files.map(layer))].toSorted()).toEqual(Object.keys(allowed).toSorted());
  });

  test('cli → steps → aws → core; lambda and sandbox stand alone', () => {
    const wrong = allEdges
      .filter(
        ({ from, to }) => layer(from) !== layer(to) && !(allowed[layer(from)] ?? []).includes(layer(to)),
      )
      .map(({ from, to }) => `${from} → ${to}`)
      .filter((line) => !exceptions.some((pattern) => pattern.test(line)));
    expect(wrong).toEqual([]);
  });

  test('no file imports itself by a detour', () => {
    const graph = groupByFrom(edges.filter(({ isLazy }) => !isLazy));
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      const at = path.indexOf(file);
      if (at >= 0) circles.push([...path.slice(at), file].join(' → '));
      if (at >= 0 || done.has(file)) return;
      for (const { to } of graph.get(file) ?? []) visit(to, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });

  test('core knows neither AWS nor the terminal; the handler has no zod', () => {
    const packages = (folder: string): string[] => [
      ...new Set(
        edges
          .filter(
            ({ from, to }) => layer(from) === folder && !to.startsWith('src/') && !to.startsWith('node:'),
          )
          .map(({ to }) => to),
      ),
    ];
    expect(packages('core').toSorted()).toEqual(['package.json', 'write-file-atomic', 'zod/mini']);
    expect(packages('lambda').filter((name) => !/^@(aws-sdk|smithy)\//.test(name))).toEqual([]);
    for (const folder of ['aws', 'steps', 'core', 'lambda', 'sandbox']) {
      expect(packages(folder).filter((name) => /inquirer|^ora$|commander|picocolors/.test(name))).toEqual([]);
    }
  });
});

function groupByFrom(list: readonly Edge[]): Map<string, Edge[]> {
  const groups = new Map<string, Edge[]>();
  for (const edge of list) groups.set(edge.from, [...(groups.get(edge.from) ?? []), edge]);
  return groups;
}

describe('who may touch what', () => {
  const users = async (pattern: RegExp): Promise<string[]> => {
    const found = await Promise.all(
      files.map(async (file) =>
        pattern.test(withoutComments(await readFile(join(root, file), 'utf8'))) ? file : '',
      ),
    );
    return found.filter(Boolean).toSorted();
  };
  const isTerminal = (file: string): boolean => /^src\/cli\/((render|prompts)\/|io\.ts|main\.ts)/.test(file);

  test('only the process around main, its Io, render and prompts touch the terminal', async () => {
    const found = await users(/\bconsole\.|process\.(stdout|stderr|stdin)\b/);
    expect(found.filter((file) => !isTerminal(file) && !/^src\/(lambda|sandbox)\//.test(file))).toEqual([]);
    expect(await users(/from 'ora'|from '@inquirer|import\('(ora|@inquirer)/)).toEqual([
      'src/cli/prompts/inquirer.ts', // for ask.ts alone
      'src/cli/render/spinner.ts',
    ]);
  });

  test('only ask.ts asks', async () => {
    expect(await users(/\/inquirer\.ts'/)).toEqual(['src/cli/prompts/ask.ts']);
  });

  test('only main ends the process', async () => {
    expect(
      (await users(/process\.(exit|exitCode|abort|kill)\b/)).filter((file) => !/^src\/sandbox\//.test(file)),
    ).toEqual([
      'src/cli/main.ts',
      'src/core/alive.ts', // asks whether a process lives: kill with signal 0
    ]);
  });

  test('nothing but the sandbox and what starts it knows the sandbox', async () => {
    const found = await users(/sandbox/i);
    expect(found.filter((file) => /^src\/(core|aws|steps|lambda)\//.test(file))).toEqual([]);
  });
});

const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '$1');

describe('what a quick command loads', () => {
  /** Every source in the chunks that `main` imports at once, whatever the command. */
  function loadedAtStart(): string[] {
    const { outputs } = program;
    const entry = given(
      Object.keys(outputs).find((name) => outputs[name]?.entryPoint === 'src/cli/main.ts'),
      'entry',
    );
    const seen = new Set<string>();
    const follow = (name: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      for (const { path, kind } of outputs[name]?.imports ?? [])
        if (kind === 'import-statement') follow(path);
    };
    follow(entry);
    return [...seen].flatMap((name) => Object.keys(outputs[name]?.inputs ?? {}));
  }

  test('--help and --version load no SDK, no prompt, no spinner, no zod, no sandbox', () => {
    const loaded = loadedAtStart();
    expect(loaded).toContain('src/cli/program.ts');
    expect(loaded).toContain('src/cli/entries.ts');
    expect(loaded.filter((file) => file.startsWith('src/aws/'))).toEqual(['src/aws/clock.ts']);
    expect(
      loaded.filter((file) =>
        /@aws-sdk|@smithy|@inquirer|\/ora\/|\/zod\/|src\/(steps|sandbox|lambda)\//.test(file),
      ),
    ).toEqual([]);
  });

  test('and the rest of the program does', () => {
    const all = Object.keys(program.inputs);
    for (const part of ['@aws-sdk/client-iam', '@inquirer/', '/ora/', 'src/sandbox/']) {
      expect(
        all.some((file) => file.includes(part)),
        part,
      ).toBe(true);
    }
  });
});
