/**
 * Additions that others made to resources of this migration. They count as drift.
 * init never removes them, because someone may need them.
 */
import { CheckError } from './errors.ts';
import { type FindingId, findingTitles } from './findings.ts';
import type { Json } from './json.ts';
import type { Notice } from './notice.ts';

export interface Addition {
  /** The part of the resource, such as `layers` or `policy.anyone`. */
  readonly path: string;
  readonly found: Json;
  /** The effect on passwords, in one sentence for people. */
  readonly means: string;
  /** The command that removes it. */
  readonly remove: string;
  /** It stays when the resource is removed. */
  readonly outlives?: true;
  /** The finding to pass to `--accept`. */
  readonly finding: FindingId;
}

/** Observations from one read, apart from the settings that the step owns. */
export interface Found {
  readonly additions?: readonly Addition[];
  /** Information when nothing is wrong, such as a setting that cannot be read. */
  readonly notices?: readonly Notice[];
}

interface Item {
  readonly title: string;
  readonly additions: readonly Addition[];
}

/** For example, `layers: ["arn:…"]`. */
export const additionText = ({ path, found }: Pick<Addition, 'path' | 'found'>): string =>
  `${path}: ${typeof found === 'string' ? found : JSON.stringify(found)}`;

/** Every addition, with the title of its resource. */
export const additionsOf = (
  items: readonly Item[],
): { readonly title: string; readonly addition: Addition }[] =>
  items.flatMap(({ title, additions }) => additions.map((addition) => ({ title, addition })));

/** One error for all additions that are not accepted. Empty if there are none. */
export function refusedAdditions(items: readonly Item[], accepted: readonly FindingId[]): CheckError[] {
  const refused = additionsOf(items).filter(({ addition }) => !accepted.includes(addition.finding));
  const [first] = refused;
  if (first === undefined) return [];
  const ids = [...new Set(refused.map(({ addition }) => addition.finding))].sort();
  const lines = refused.map(
    ({ title, addition }) => `${title}: ${additionText(addition)}. ${addition.means}`,
  );
  return [
    new CheckError([`${ids.map((id) => findingTitles[id]).join('. ')}:`, ...lines].join('\n'), {
      code: ids[0] ?? first.addition.finding,
      found: refused.map(({ title, addition }) => ({ title, ...addition })),
      hint: [
        'init removes nothing that it did not add. To remove it yourself:',
        ...refused.map(({ addition }) => addition.remove),
        `${ids.map((id) => `--accept ${id}`).join(' ')}  lets init continue. status still reports it.`,
        'Nothing was changed.',
      ],
    }),
  ];
}
