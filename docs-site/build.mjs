/**
 * Builds the documentation as a website into docs-site/dist, and checks each link and anchor of it: `npm run docs:build`.
 * The pages are copied first, because VitePress only resolves its own modules below this folder.
 */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'vitepress';
import config from './.vitepress/config.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '..');
const pages = join(here, 'pages');
const dist = join(here, 'dist');

await rm(pages, { recursive: true, force: true });
await mkdir(pages);
await cp(join(root, 'docs'), join(pages, 'docs'), { recursive: true });
for (const name of (await readdir(root)).filter((one) => one.endsWith('.md'))) {
  const text = await readFile(join(root, name), 'utf8');
  // The private report form is a page that only GitHub has.
  const own = text.replaceAll(/\[([^\]]+)\]\(\.\.\/\.\.\/security\/advisories\/new\)/g, '$1');
  await writeFile(join(pages, name === 'README.md' ? 'index.md' : name), own);
}
// A link to an example leads to the file itself.
await cp(join(root, 'docs/examples'), join(pages, 'public/docs/examples'), { recursive: true });
await build(here);

const files = (await readdir(dist, { recursive: true })).map((name) => name.replaceAll('\\', '/'));
const html = new Map();
for (const name of files.filter((one) => one.endsWith('.html')))
  html.set(name, await readFile(join(dist, name), 'utf8'));

const problems = [...html].flatMap(([page, text]) =>
  [...text.matchAll(/<(?:a|img)\b[^>]*?\s(?:href|src)="([^"]+)"/g)].flatMap(([, target]) =>
    problemOf(page, target),
  ),
);
const inSidebar = config.themeConfig.sidebar.flatMap(({ items }) => items.map(({ link }) => link));
for (const name of await readdir(join(root, 'docs')))
  if (name.endsWith('.md') && !inSidebar.includes(`/docs/${name.slice(0, -3)}`))
    problems.push(`docs/${name}: not in the sidebar`);
for (const problem of new Set(problems)) console.error(problem);
console.log(`${html.size} pages, ${new Set(problems).size} broken links`);
exit(problems.length === 0 ? 0 : 1);

/** What is wrong with a link of a page. Addresses of other sites are not fetched. */
function problemOf(page, target) {
  if (/^[a-z]+:/.test(target)) return [];
  const [path = '', anchor] = target.split('#');
  const file =
    path === '' ? page : posix.resolve('/', posix.dirname(page), decodeURI(path)).slice(1) || 'index.html';
  const name = files.includes(file) ? file : `${file}.html`;
  if (!files.includes(name)) return [`${page}: ${target}: no such page`];
  if (!anchor || !html.has(name)) return [];
  const id = decodeURIComponent(anchor).replaceAll('"', '&quot;');
  return html.get(name).includes(`id="${id}"`) ? [] : [`${page}: ${target}: no such heading`];
}
