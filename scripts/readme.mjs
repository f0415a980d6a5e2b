/**
 * Writes the generated tables of README.md from the declarations, between `<!-- NAME:begin -->` and `<!-- NAME:end -->`.
 * With --check it writes nothing and fails when a table is out of date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The declarations, as the program has them. */
async function declarations() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: {
      contents: "export * from './src/core/variables.ts'; export { exitCodes } from './src/core/errors.ts';",
      resolveDir: root,
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

const { names, declarationOf, envOf, exitCodes } = await declarations();
const cell = (text) => text.replaceAll('|', '\\|');
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
const shown = (value) =>
  typeof value === 'string' || typeof value === 'number' ? ` Default: \`${value}\`.` : '';

const tables = {
  flags: table(
    ['flag', 'environment variable', 'what it is'],
    names
      .filter((name) => declarationOf(name).flag !== undefined)
      .map((name) => {
        const { flag, describe } = declarationOf(name);
        return [`\`${flag}\``, `\`${envOf(name)}\``, `${describe}.${shown(declarationOf(name).default)}`];
      }),
  ),
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

const file = `${root}README.md`;
const before = await readFile(file, 'utf8');
let after = before;
for (const [name, text] of Object.entries(tables)) {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [head, rest] = after.split(begin);
  const tail = rest?.split(end)[1];
  if (tail === undefined) throw new Error(`README.md: ${begin} … ${end} is missing`);
  after = `${head}${begin}\n\n${text}\n\n${end}${tail}`;
}
if (!process.argv.includes('--check')) await writeFile(file, after);
else if (after !== before) {
  console.error('README.md: the generated tables are out of date. Run: npm run readme');
  process.exitCode = 1;
}
