/** Whether every link leads somewhere. Nothing is fetched. */
import { posix } from 'node:path';
import { anchorsOf, danglingReferences, linksOf, proseOf } from './markdown.ts';
import type { Page } from './pages.ts';

/** Everything that a relative link may lead to. */
export interface LinkTargets {
  readonly pages: readonly Page[];
  readonly files: ReadonlySet<string>;
}

/** What is wrong with the links of a page, a sentence each. */
export function linkProblems(page: Page, targets: LinkTargets): string[] {
  const links = linksOf(page.text);
  return [
    ...links.flatMap((target) => problemOf(target, page, targets)),
    ...danglingReferences(page.text).map((name) => `${page.path}: [${name}] has no target`),
    ...bareAddresses(page, links),
  ];
}

/** Pages that GitHub adds to every repository, as seen from a file at its root. Their full addresses would name an owner. */
const gitHubPages: ReadonlySet<string> = new Set(['../../security/advisories/new']);

const isExternal = (target: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(target);

function problemOf(target: string, page: Page, targets: LinkTargets): string[] {
  const wrong = isExternal(target) ? externalFault(target) : relativeFault(target, page, targets);
  return wrong === undefined ? [] : [`${page.path}: ${target}: ${wrong}`];
}

function externalFault(target: string): string | undefined {
  if (!URL.canParse(target)) return 'no address';
  const { protocol, hostname, username } = new URL(target);
  if (protocol !== 'https:') return 'not https';
  if (username !== '') return 'has a user name';
  return /^([a-z0-9-]+\.)+[a-z]{2,}$/.test(hostname) ? undefined : 'no host name';
}

function relativeFault(target: string, page: Page, { pages, files }: LinkTargets): string | undefined {
  const [path = '', anchor] = target.split('#');
  if (path.startsWith('/')) return 'absolute, which leads nowhere on GitHub and in a folder';
  const file = path === '' ? page.path : posix.join(posix.dirname(page.path), decodeURIComponent(path));
  if (gitHubPages.has(target) && !page.path.includes('/')) return undefined;
  if (file !== page.path && !files.has(file)) return 'no such file';
  if (anchor === undefined) return undefined;
  const text = file === page.path ? page.text : pages.find((one) => one.path === file)?.text;
  if (text === undefined) return 'an anchor in something that is no page';
  return anchorsOf(text).has(anchor) ? undefined : `no heading #${anchor} there`;
}

/** Addresses that stand in a sentence as they are: GitHub links them, so they must be right too. */
function bareAddresses(page: Page, links: readonly string[]): string[] {
  const written = [...proseOf(page.text).matchAll(/(?<!["(<])\bhttps?:\/\/[^\s)>\]"]+/g)].map(([address]) =>
    address.replace(/[.,;:!?]+$/, ''),
  );
  return written.flatMap((address) => {
    const wrong = links.includes(address) ? undefined : externalFault(address);
    return wrong === undefined ? [] : [`${page.path}: ${address}: ${wrong}`];
  });
}

/** Pages that cannot be reached from the README by following links. */
export function orphans(pages: readonly Page[]): string[] {
  const seen = new Set<string>();
  const follow = (path: string): void => {
    const page = pages.find((one) => one.path === path);
    if (page === undefined || seen.has(path)) return;
    seen.add(path);
    for (const target of linksOf(page.text)) {
      if (!isExternal(target)) follow(posix.join(posix.dirname(path), target.split('#')[0] ?? ''));
    }
  };
  follow('README.md');
  return pages.map(({ path }) => path).filter((path) => path.startsWith('docs/') && !seen.has(path));
}
