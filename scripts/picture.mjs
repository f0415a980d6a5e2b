/**
 * Records `cognito-migrate demo` in a terminal of 80 columns and draws it as docs/demo.svg.
 * Replaces values that differ between runs (IDs, times). The picture thus changes only when the program does.
 */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { alike } from './picture/alike.mjs';
import { draw } from './picture/draw.mjs';
import { record } from './picture/record.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = `${root}dist/cli/main.js`;
const picture = `${root}docs/demo.svg`;

if (!existsSync(program)) throw new Error('There is no dist/: run npm run build first.');
const { code, rows, waits } = await record(process.execPath, [program, 'demo']);
if (code !== 0) throw new Error(`demo ended with ${code}:\n${rows.map(textOf).join('\n')}`);

const svg = draw({
  title: 'cognito-migrate demo',
  description:
    'cognito-migrate sets up the migration between two pools of a local AWS, and a user moves at the first sign-in.',
  command: 'npx cognito-migrate demo',
  rows: rows.map(alike),
  waits: waits.map(({ row, runs }) => ({ row, runs: alike(runs) })),
});
await mkdir(`${root}docs`, { recursive: true });
await writeFile(picture, svg);
console.log(`docs/demo.svg: ${rows.length} lines, ${Math.ceil(Buffer.byteLength(svg) / 1024)} KB`);

function textOf(runs) {
  return runs.map(({ text }) => text).join('');
}
