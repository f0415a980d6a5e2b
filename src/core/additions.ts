/** What others have added to things of this migration. It is drift, and init takes none of it away: somebody may need it. */
import { CheckError } from './errors.ts';
import { type FindingId, findingTitles } from './findings.ts';
import type { Json } from './json.ts';

export interface Addition {
  /** Which part of the thing: `layers`, `policy.anyone`. */
  readonly path: string;
  readonly found: Json;
  /** What it means for passwords, in one sentence for people. */
  readonly means: string;
  /** The command that takes it away. */
  readonly remove: string;
  /** The finding that --accept takes. */
  readonly finding: FindingId;
}

/** What a look at one thing finds beside what the step itself has set. */
export interface Found {
  readonly additions?: readonly Addition[];
  /** What people should know, though nothing is wrong: that something could not be read, say. */
  readonly notes?: readonly string[];
}

interface Item {
  readonly title: string;
  readonly additions: readonly Addition[];
}

/** `layers: ["arn:…"]` */
export const additionText = ({ path, found }: Addition): string =>
  `${path}: ${typeof found === 'string' ? found : JSON.stringify(found)}`;

/** Each addition, with the title of the thing that it is on. */
export const additionsOf = (
  items: readonly Item[],
): { readonly title: string; readonly addition: Addition }[] =>
  items.flatMap(({ title, additions }) => additions.map((addition) => ({ title, addition })));

/** One error for what nobody has accepted; none where there is nothing of that kind. */
export function refusedAdditions(items: readonly Item[], accepted: readonly FindingId[]): CheckError[] {
  const all = additionsOf(items).filter(({ addition }) => !accepted.includes(addition.finding));
  const [first] = all;
  if (first === undefined) return [];
  const ids = [...new Set(all.map(({ addition }) => addition.finding))].sort();
  const lines = all.map(({ title, addition }) => `${title}: ${additionText(addition)}. ${addition.means}`);
  return [
    new CheckError([`${ids.map((id) => findingTitles[id]).join('. ')}:`, ...lines].join('\n'), {
      code: ids[0] ?? first.addition.finding,
      found: all.map(({ title, addition }) => ({ title, ...addition })),
      hint: [
        'init removes nothing that it did not add. To remove it yourself:',
        ...all.map(({ addition }) => addition.remove),
        `${ids.map((id) => `--accept ${id}`).join(' ')}  lets init continue. status still reports it.`,
        'Nothing was changed.',
      ],
    }),
  ];
}
