/** The commands of a page, as a person copies them. */
import { fencesOf } from '../../docs/markdown.ts';

const shells = ['sh', 'bash', 'shell', 'console'];

/** Commands of all shell blocks, in order, without the comments behind them. */
export function commandsIn(markdown: string): string[] {
  return fencesOf(markdown)
    .filter(({ language }) => shells.includes(language))
    .flatMap(({ text }) => joined(text.split('\n').map((line) => line.replace(/(^|\s)#.*$/, '').trimEnd())))
    .filter(Boolean);
}

/** One entry per command: continued lines, and lines within quotes, belong together. */
function joined(lines: readonly string[]): string[] {
  const commands: string[] = [];
  let open = '';
  for (const line of lines) {
    open = open === '' ? line : `${open}\n${line}`;
    if (open.endsWith('\\') || (open.split("'").length - 1) % 2 === 1) continue;
    commands.push(open);
    open = '';
  }
  return open === '' ? commands : [...commands, open];
}

/** Lines of other blocks that look like a command: nobody would run them here. */
export function commandsElsewhere(markdown: string): string[] {
  return fencesOf(markdown)
    .filter(({ language }) => !shells.includes(language))
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => /^(?:\$ |> )?(?:npx )?cognito-migrate [a-z]/.test(line));
}
