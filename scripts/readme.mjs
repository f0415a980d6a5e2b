/**
 * Writes the generated tables of README.md and docs/reference.md from the declarations.
 * Each table is between `<!-- NAME:begin -->` and `<!-- NAME:end -->`.
 * With --check, writes nothing and fails if a table is out of date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The declarations and the help, as in the program. Omits code that loads only when a command runs. */
async function program() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: {
      contents: `export * from './src/core/variables/index.ts';
        export { exitCodes } from './src/core/errors.ts';
        export { Command } from 'commander';
        export { entries } from './src/cli/commands/registry.ts';
        export { ownEnvOf } from './src/cli/inputs/options.ts';
        export { main } from './src/cli/program.ts';`,
      resolveDir: root,
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    external: ['./aws-commands.ts', './local-commands.ts', './*/command.ts', './status/index.ts'],
    // commander is CommonJS, and requires only built-in modules of Node.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('/');" },
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

const { names, declarationOf, envOf, exitCodes, Command, entries, ownEnvOf, main } = await program();

/** Name and summary of each command, from the help text. */
async function commands() {
  let help = '';
  const stream = { columns: 200, write: (text) => (help += text) };
  await main(['--help'], { stdout: stream, stderr: stream, env: {} });
  const rows = [];
  for (const line of help.split('\n')) {
    const [, name, summary] = /^ {2}([a-z][a-z-]*) {2,}(\S.*)$/.exec(line) ?? [];
    const [, more] = /^ {10,}(\S.*)$/.exec(line) ?? [];
    if (name !== undefined && name !== 'help') rows.push({ name, summary });
    else if (more !== undefined && rows.length > 0) rows.at(-1).summary += ` ${more}`;
  }
  return rows;
}

/** The options of single commands, which are not variables of a migration. */
const ownOptions = entries.flatMap(({ name, extra, inEnvironment = [] }) => {
  const command = new Command(name);
  extra?.(command);
  return command.options.map(({ flags, long, description }) => [
    `\`${name}\``,
    `\`${flags}\``,
    `${description}${inEnvironment.includes(long) ? ` (\`${ownEnvOf(name, long)}\`)` : ''}.`,
  ]);
});

/** Outside of code, GitHub takes `<name>` for an element, and shows nothing. */
const cell = (text) => text.replaceAll('|', '\\|').replaceAll(/(`[^`]*`)|</g, (_all, code) => code ?? '\\<');
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
const shown = (value) =>
  typeof value === 'string' || typeof value === 'number' ? ` Default: \`${value}\`.` : '';

const tables = {
  commands: table(
    ['command', 'what it does'],
    (await commands()).map(({ name, summary }) => [`\`${name}\``, summary]),
  ),
  flags: table(
    ['flag', 'environment variable', 'what it is'],
    names
      .filter((name) => declarationOf(name).flag !== undefined)
      .map((name) => {
        const { flag, describe } = declarationOf(name);
        return [`\`${flag}\``, `\`${envOf(name)}\``, `${describe}.${shown(declarationOf(name).default)}`];
      }),
  ),
  'own-flags': table(['command', 'flag', 'what it is'], ownOptions),
  variables: table(
    ['variable', 'what it is'],
    names
      .filter((name) => declarationOf(name).tracked)
      .map((name) => [`\`${name}\``, declarationOf(name).describe]),
  ),
  'exit-codes': table(
    ['exit code', 'meaning'],
    Object.values(exitCodes).map(({ code, meaning }) => [`\`${code}\``, meaning]),
  ),
};

/** The tables of each page. */
const pages = {
  'README.md': ['commands'],
  'docs/reference.md': ['flags', 'own-flags', 'variables', 'exit-codes'],
};

for (const [page, tableNames] of Object.entries(pages)) {
  const before = await readFile(`${root}${page}`, 'utf8');
  let after = before;
  for (const name of tableNames) {
    const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
    const [head, rest] = after.split(begin);
    const tail = rest?.split(end)[1];
    if (tail === undefined) throw new Error(`${page}: ${begin} … ${end} is missing`);
    after = `${head}${begin}\n\n${tables[name]}\n\n${end}${tail}`;
  }
  if (!process.argv.includes('--check')) await writeFile(`${root}${page}`, after);
  else if (after !== before) {
    console.error(`${page}: the generated tables are out of date. Run: npm run docs`);
    process.exitCode = 1;
  }
}
