/** The little of Markdown that the checks look at. Code is taken out before links and headings are read. */

/** ``` or ~~~ blocks, with the word behind the fence. */
export interface Fence {
  readonly language: string;
  readonly text: string;
}

const fencePattern = /^( *)(```+|~~~+)([^\n`]*)\n([\s\S]*?)^\1\2[ \t]*$/gm;

export function fencesOf(text: string): Fence[] {
  return [...text.matchAll(fencePattern)].map(([, , , info = '', body = '']) => ({
    language: info.trim().split(/\s/)[0] ?? '',
    text: body,
  }));
}

const withoutFences = (text: string): string => text.replace(fencePattern, '');

/** What stands between single backquotes, outside of blocks. */
export function inlineCodeOf(text: string): string[] {
  return [...withoutFences(text).matchAll(/(?<!`)`([^`]+)`(?!`)/g)].map(([, code = '']) =>
    code.replaceAll(/\s+/g, ' ').trim(),
  );
}

/** Text without any code: where links and sentences are. */
export const proseOf = (text: string): string => withoutFences(text).replaceAll(/(?<!`)`[^`]+`(?!`)/g, '');

/** Targets of links and pictures, as written. */
export function linksOf(text: string): string[] {
  const prose = proseOf(text);
  const patterns = [
    /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g, // [text](target), ![text](target "title")
    /^\s*\[[^\]]+\]:\s*(\S+)/gm, // [name]: target
    /<(https?:[^>\s]+)>/g,
    /\b(?:href|src)="([^"]+)"/g,
  ];
  return patterns.flatMap((pattern) => [...prose.matchAll(pattern)].map(([, target = '']) => target));
}

/** Names for which `[text][name]` stands without a `[name]: target`. */
export function danglingReferences(text: string): string[] {
  const prose = proseOf(text);
  const defined = new Set(
    [...prose.matchAll(/^\s*\[([^\]]+)\]:/gm)].map(([, name = '']) => name.toLowerCase()),
  );
  return [...prose.matchAll(/\]\[([^\]]*)\]/g)]
    .map(([, name = '']) => name)
    .filter((name) => !defined.has(name.toLowerCase()));
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const times = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutFences(text).matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-');
    const before = times.get(slug) ?? 0;
    times.set(slug, before + 1);
    anchors.add(before === 0 ? slug : `${slug}-${before}`);
  }
  return anchors;
}
