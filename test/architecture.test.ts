import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { parseSync, Visitor } from 'oxc-parser';
import { beforeAll, describe, expect, test } from 'vitest';
import { given } from './support/errors.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** One import as it is written. */
interface Edge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'value' | 'type' | 'lazy';
}

interface Source {
  readonly file: string;
  readonly lines: number;
  readonly edges: readonly Edge[];
  /** Names of packages and of Node's modules. */
  readonly packages: readonly string[];
  /** `process.stdout` and the like, without spaces. */
  readonly members: ReadonlySet<string>;
  /** Identifiers and texts, comments left out. */
  readonly words: ReadonlySet<string>;
  /** Source files that comments name, from the folder of the file or from src. */
  readonly named: readonly string[];
}

let sources: readonly Source[];
let edges: readonly Edge[];
let layers: readonly (readonly string[])[];
let program: Metafile;

beforeAll(async () => {
  const all = await readdir(join(root, 'src'), { recursive: true });
  const files = all.filter((name) => name.endsWith('.ts')).map((name) => `src/${name.replaceAll('\\', '/')}`);
  sources = await Promise.all(
    files.map(async (file) => readSource(file, await readFile(join(root, file), 'utf8'))),
  );
  edges = sources.flatMap((source) => source.edges);
  layers = await picture();
  program = await bundled();
});

function readSource(file: string, text: string): Source {
  const { module, program: tree, comments } = parseSync(file, text);
  const asked: (readonly [specifier: string, kind: Edge['kind']])[] = [
    ...module.staticImports.map(({ moduleRequest, entries }) => {
      const isType = entries.length > 0 && entries.every((entry) => entry.isType);
      return [moduleRequest.value, isType ? 'type' : 'value'] as const;
    }),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest, isType }) =>
        moduleRequest === null ? [] : [[moduleRequest.value, isType ? 'type' : 'value'] as const],
      ),
    ),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => {
      const specifier = text.slice(start, end);
      return [specifier.replaceAll(/^['"]|['"]$/g, ''), 'lazy'] as const;
    }),
  ];
  const own = asked.filter(([specifier]) => specifier.startsWith('.'));
  return {
    file,
    lines: text.split('\n').length - 1,
    edges: own.map(([specifier, kind]) => ({
      from: file,
      to: posix.join(posix.dirname(file), specifier),
      kind,
    })),
    packages: asked.map(([specifier]) => specifier).filter((specifier) => !specifier.startsWith('.')),
    ...readWords(tree),
    named: comments.flatMap(({ value }) => [...value.matchAll(/[\w./-]*\w\.ts\b/g)].map(([name]) => name)),
  };
}

function readWords(tree: Parameters<Visitor['visit']>[0]): Pick<Source, 'members' | 'words'> {
  const members = new Set<string>();
  const words = new Set<string>();
  new Visitor({
    MemberExpression({ object, property }) {
      if (object.type === 'Identifier' && property.type === 'Identifier')
        members.add(`${object.name}.${property.name}`);
    },
    Identifier: ({ name }) => void words.add(name),
    Literal: ({ value }) => void words.add(String(value)),
    TemplateElement: ({ value }) => void words.add(value.raw),
  }).visit(tree);
  return { members, words };
}

/** The lines of the picture in docs/architecture.md, the lowest first; a rule between two parts is an empty line. */
async function picture(): Promise<string[][]> {
  const page = await readFile(join(root, 'docs/architecture.md'), 'utf8');
  const block = given(/```text\n([^`]+)```/.exec(page)?.[1], 'the picture');
  const lines = block.trimEnd().split('\n');
  return lines.map((line) => (line.startsWith('─') ? [] : line.trim().split(/ {2,}/))).toReversed();
}

async function bundled(): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'silent',
    entryPoints: ['src/cli/main.ts'],
    outdir: 'out',
    splitting: true,
    mainFields: ['module', 'main'],
  });
  return metafile;
}

/** The most exact name of the picture for a file: `src/cli/commands/init/view.ts` is in `cli/commands/*`. */
function placeOf(file: string): string {
  const path = file.replace(/^src\//, '').replace(/\.ts$/, '');
  const fitting = layers.flat().filter((name) => covers(name, path));
  return given(
    fitting.toSorted((a, b) => b.length - a.length)[0],
    `${file}: no line of docs/architecture.md names its folder`,
  );
}

function covers(name: string, path: string): boolean {
  const pattern = name.replaceAll('*', '[^/]+');
  return new RegExp(`^${pattern}(/|$)`).test(path);
}

/** Height in the picture, and which of its parts it is in: the parts have rules between them. */
function heightOf(place: string): { readonly line: number; readonly part: number } {
  const line = layers.findIndex((names) => names.includes(place));
  return { line, part: layers.slice(0, line).filter((names) => names.length === 0).length };
}

/** Between parts, each with its reason in docs/architecture.md: `file → file`. */
const exceptions = [
  /^src\/(steps|doctor|cli)\/\S+ → src\/lambda\/settings(-codec)?\.ts$/,
  /^src\/(steps\/handler-settings|users\/import\/upload)\.ts → src\/lambda\/endpoints\.ts$/,
  /^src\/doctor\/\S+ → src\/lambda\/(address-holders|attributes|decide|find-by|names|old-user|vouched)\.ts$/,
  /^src\/users\/\S+ → src\/lambda\/(address-holders|after-move|decide|event|find-by|migrate|names|old-user|reasons|settings|vouched)\.ts$/,
  /^src\/steps\/old-pool-policy\.ts → src\/lambda\/vouched\.ts$/,
  /^src\/cli\/commands\/try\/impossible\.ts → src\/lambda\/event\.ts$/,
  /^src\/cli\/commands\/(demo|sandbox|self-test)\/command\.ts → src\/sandbox\/index\.ts$/,
  /^src\/(aws\/migration-log|doctor\/\S+|cli\/terminal\/reasons|cli\/commands\/explain\/topics)\.ts → src\/lambda\/reasons\.ts$/,
];

const arrow = ({ from, to }: Edge): string => `${from} → ${to}`;
const commandOf = (file: string): string | undefined => /^src\/cli\/commands\/([^/]+)\//.exec(file)?.[1];

describe('who may import whom', () => {
  test('the graph is the real one', () => {
    expect(sources.length).toBeGreaterThan(400);
    expect(edges.length).toBeGreaterThan(2000);
    const files = new Set(sources.map(({ file }) => file));
    const lost = edges.filter(({ to }) => to.startsWith('src/') && !files.has(to));
    expect(lost.map(arrow)).toEqual([]);
    expect(new Set(edges.map(({ kind }) => kind))).toEqual(new Set(['value', 'type', 'lazy']));
  });

  test('every source file that a comment names is there', () => {
    const files = new Set(sources.map(({ file }) => file));
    const named = sources.flatMap(({ file, named: names }) => names.map((name) => ({ file, name })));
    expect(named.length).toBeGreaterThan(5);
    const lost = named.filter(
      ({ file, name }) =>
        ![posix.join(posix.dirname(file), name), posix.join('src', name), name].some((path) =>
          files.has(path),
        ),
    );
    expect(lost.map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
  });

  test('every name in the picture is there', () => {
    const places = new Set(sources.map(({ file }) => placeOf(file)));
    expect(layers.flat().filter((name) => !places.has(name))).toEqual([]);
  });

  test('every import stays in its line of docs/architecture.md or goes down', () => {
    const wrong = edges.filter((edge) => {
      if (!edge.to.startsWith('src/')) return false;
      const [from, to] = [placeOf(edge.from), placeOf(edge.to)];
      if (from === to) return false;
      const [above, below] = [heightOf(from), heightOf(to)];
      const isDown = above.part === below.part && above.line > below.line;
      return !isDown && !exceptions.some((pattern) => pattern.test(arrow(edge)));
    });
    expect(wrong.map(arrow)).toEqual([]);
  });

  test('a command uses another one only through its index', () => {
    const wrong = edges.filter(({ from, to }) => {
      const [mine, other] = [commandOf(from), commandOf(to)];
      if (mine === undefined || other === undefined || mine === other) return false;
      return !to.endsWith('/index.ts');
    });
    expect(wrong.map(arrow)).toEqual([]);
  });

  test('no two commands use each other', () => {
    const used = new Map<string, Set<string>>();
    for (const { from, to } of edges) {
      const [mine, other] = [commandOf(from), commandOf(to)];
      if (mine === undefined || other === undefined || mine === other) continue;
      used.set(mine, (used.get(mine) ?? new Set()).add(other));
    }
    const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
      [...(used.get(from) ?? [])].some((next) => {
        if (next === to) return true;
        if (seen.has(next)) return false;
        seen.add(next);
        return reaches(next, to, seen);
      });
    expect([...used.keys()].filter((command) => reaches(command, command))).toEqual([]);
  });

  test('only its command knows the self-test', () => {
    const outside = edges.filter(
      ({ from, to }) => to.startsWith('src/self-test/') && !from.startsWith('src/self-test/'),
    );
    expect([...new Set(outside.map(({ from }) => commandOf(from)))]).toEqual(['self-test']);
  });

  test('outside of src there is only data', () => {
    const outside = edges.filter(({ to }) => !to.startsWith('src/'));
    expect(outside.filter(({ to }) => !/^(templates\/[\w-]+|package)\.json$/.test(to)).map(arrow)).toEqual(
      [],
    );
  });

  test('core knows neither AWS nor the terminal; the handler has no zod', () => {
    const packages = (folder: string): string[] => [
      ...new Set(
        sources
          .filter(({ file }) => file.startsWith(`src/${folder}/`))
          .flatMap((source) => source.packages)
          .filter((name) => !name.startsWith('node:')),
      ),
    ];
    expect(packages('core').toSorted()).toEqual(['write-file-atomic', 'zod/mini']);
    expect(packages('lambda').filter((name) => !/^@(aws-sdk|smithy)\//.test(name))).toEqual([]);
    for (const folder of ['aws', 'steps', 'doctor', 'core', 'lambda', 'sandbox', 'self-test']) {
      expect(packages(folder).filter((name) => /inquirer|^ora$|commander|picocolors/.test(name))).toEqual([]);
    }
  });
});

/** Short files with one importer, because each is one of its kind. */
const kinds: readonly { readonly files: RegExp; readonly why: string }[] = [
  {
    files: /^src\/cli\/commands\/[^/]+\/(command|view|index)\.ts$/,
    why: 'a command, its view, its entrance',
  },
  { files: /^src\/steps\/[^/]+\.ts$/, why: 'a step' },
  { files: /^src\/doctor\/checks\/[^/]+\.ts$/, why: 'a check of the doctor' },
  { files: /^src\/cli\/wizard\/[^/]+\.ts$/, why: 'a question of the wizard' },
  { files: /^src\/self-test\/aws-behavior\/[^/]+\.ts$/, why: 'a question about AWS' },
  { files: /^src\/self-test\/journey\/index\.ts$/, why: 'the entrance of a layer' },
  {
    files: /^src\/sandbox\/services\/[^/]+\/[^/]+\.ts$/,
    why: 'a service, or the operations on one resource',
  },
  { files: /^src\/cli\/program\.ts$/, why: 'the program without its process, which tests run' },
  { files: /^src\/lambda\/(faults|password-policy|token)\.ts$/, why: 'one decision of the function' },
];

describe('how long a file is', () => {
  test('at most 300 lines', () => {
    expect(sources.filter(({ lines }) => lines > 300).map(({ file, lines }) => `${file}: ${lines}`)).toEqual(
      [],
    );
  });

  test('below 60 lines only if two files import it, if it is loaded late, or if it is one of its kind', () => {
    const importersOf = (file: string): ReadonlySet<string> => {
      const importers = edges.filter(({ to }) => to === file).map(({ from }) => from);
      // What a barrel passes on is imported by the users of the barrel.
      return new Set(importers.flatMap((from) => (isBarrel(from) ? [from, ...importersOf(from)] : [from])));
    };
    const isLate = (file: string): boolean => edges.some(({ to, kind }) => to === file && kind === 'lazy');
    const single = sources.filter(
      ({ file, lines }) => lines < 60 && importersOf(file).size === 1 && !isLate(file),
    );
    const short = single.map(({ file }) => file);
    expect(short.filter((file) => !kinds.some(({ files }) => files.test(file)))).toEqual([]);
  });
});

/** Whether a file only passes on what others export. */
const isBarrel = (file: string): boolean => /^src\/aws\/user-pool(-client)?\/index\.ts$/.test(file);

describe('who may touch what', () => {
  const filesWhere = (isSo: (source: Source) => boolean): string[] =>
    sources
      .filter(isSo)
      .map(({ file }) => file)
      .toSorted();
  const usesMember =
    (pattern: RegExp) =>
    ({ members }: Source): boolean =>
      [...members].some((member) => pattern.test(member));

  test('only the process around main and the terminal touch the streams', () => {
    const found = filesWhere(usesMember(/^console\.|^process\.(stdout|stderr|stdin)$/));
    const isTerminal = (file: string): boolean => /^src\/cli\/(terminal\/|main\.ts)/.test(file);
    expect(found.filter((file) => !isTerminal(file) && !/^src\/(lambda|sandbox)\//.test(file))).toEqual([]);
    expect(filesWhere(({ packages }) => packages.some((name) => /^ora$|^@inquirer\//.test(name)))).toEqual([
      'src/cli/terminal/prompts/inquirer.ts', // for ask.ts alone
      'src/cli/terminal/spinner.ts',
    ]);
  });

  test('one module of a migration creates users by the API, and suppresses their message', async () => {
    // The local AWS and self-test have pools of their own.
    const isOwn = (file: string): boolean => /^src\/(self-test|sandbox|cli\/commands\/sandbox)\//.test(file);
    const creating = filesWhere(({ words }) => words.has('AdminCreateUserCommand'));
    expect(creating.filter((file) => !isOwn(file))).toEqual(['src/users/import/disabled.ts']);
    const text = await readFile(join(root, 'src/users/import/disabled.ts'), 'utf8');
    expect(text.match(/new AdminCreateUserCommand\([^;]*/g)).toEqual([
      expect.stringContaining("MessageAction: 'SUPPRESS'"),
    ]);
  });

  test('only ask.ts asks', () => {
    const asking = edges.filter(({ to }) => to === 'src/cli/terminal/prompts/inquirer.ts');
    expect([...new Set(asking.map(({ from }) => from))]).toEqual(['src/cli/terminal/prompts/ask.ts']);
  });

  test('the session never asks, and the wizard has no client of AWS', () => {
    const importsOf = (folder: string): string[] =>
      edges.filter(({ from }) => from.startsWith(`src/cli/${folder}/`)).map(({ to }) => to);
    expect(
      importsOf('session').filter((to) => /^src\/cli\/(wizard|terminal\/(prompts\/|questions))/.test(to)),
    ).toEqual([]);
    expect(importsOf('wizard').filter((to) => to === 'src/aws/clients.ts')).toEqual([]);
    const packages = sources
      .filter(({ file }) => file.startsWith('src/cli/wizard/'))
      .flatMap((source) => source.packages);
    expect(packages.filter((name) => name.startsWith('@aws-sdk/'))).toEqual([]);
  });

  test('only main ends the process', () => {
    const ending = filesWhere(usesMember(/^process\.(exit|exitCode|abort|kill)$/));
    expect(ending.filter((file) => !file.startsWith('src/sandbox/'))).toEqual([
      'src/cli/main.ts',
      'src/core/process-alive.ts', // asks whether a process lives: kill with signal 0
    ]);
  });

  test('nothing but the sandbox and what starts it knows the sandbox', () => {
    const found = filesWhere(({ words }) => [...words].some((word) => /sandbox/i.test(word)));
    expect(found.filter((file) => /^src\/(core|aws|steps|doctor|lambda)\//.test(file))).toEqual([]);
  });
});
describe('what a quick command loads', () => {
  /** Every source in the chunks that `main` and the command line import at once, whatever the command. */
  function loadedAtStart(): string[] {
    const { outputs } = program;
    const entries = ['src/cli/main.ts', 'src/cli/command-line.ts'].map((entry) =>
      given(
        Object.keys(outputs).find((name) => outputs[name]?.entryPoint === entry),
        entry,
      ),
    );
    const seen = new Set<string>();
    const follow = (name: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      for (const { path, kind } of outputs[name]?.imports ?? [])
        if (kind === 'import-statement') follow(path);
    };
    for (const entry of entries) follow(entry);
    return [...seen].flatMap((name) => Object.keys(outputs[name]?.inputs ?? {}));
  }

  test('--help and --version load no SDK, no prompt, no spinner, no zod, no sandbox', () => {
    const loaded = loadedAtStart();
    expect(loaded).toContain('src/cli/program.ts');
    expect(loaded).toContain('src/cli/commands/registry.ts');
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

describe('what tests share', () => {
  let tests: readonly { readonly source: Source; readonly types: readonly string[] }[];

  beforeAll(async () => {
    const all = await readdir(join(root, 'test'), { recursive: true });
    const files = all
      // test/cdk and test/clients install packages of their own.
      .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
      .map((name) => `test/${name.replaceAll('\\', '/')}`);
    tests = await Promise.all(
      files.map(async (file) => {
        const text = await readFile(join(root, file), 'utf8');
        return { source: readSource(file, text), types: exportedTypes(file, text) };
      }),
    );
    expect(tests.length).toBeGreaterThan(300);
  });

  test('only runCli runs the program in this process', () => {
    const running = tests.filter(({ source }) => source.edges.some(({ to }) => to === 'src/cli/program.ts'));
    expect(running.map(({ source }) => source.file)).toEqual(['test/support/run-cli.ts']);
  });

  test('no two files export types of one name', () => {
    const filesOf = new Map<string, string[]>();
    for (const { source, types } of tests)
      for (const name of types) filesOf.set(name, [...(filesOf.get(name) ?? []), source.file]);
    expect(filesOf.size).toBeGreaterThan(100);
    expect([...filesOf].filter(([, files]) => files.length > 1)).toEqual([]);
  });
});

/** Names of the interfaces, types, and classes that a file declares for others. */
function exportedTypes(file: string, text: string): string[] {
  const names: string[] = [];
  new Visitor({
    ExportNamedDeclaration({ declaration }) {
      if (declaration?.type === 'TSInterfaceDeclaration' || declaration?.type === 'TSTypeAliasDeclaration')
        names.push(declaration.id.name);
      if (declaration?.type === 'ClassDeclaration' && declaration.id) names.push(declaration.id.name);
    },
  }).visit(parseSync(file, text).program);
  return names;
}
