/** Where the pages of the documentation are: in the repository of the published package. */
import { readFileSync } from 'node:fs';
import { type FindingId, findingTitles } from './findings.ts';
import { objectAt, parseObject, stringAt } from './json.ts';
import { version } from './version.ts';

/** A heading of a page in docs/. */
export interface Place {
  /** The name of the file, without its ending. */
  readonly page: string;
  /** The text of the heading, as it is written. */
  readonly heading: string;
}

/** The section about a finding. */
export const findingPlace = (id: FindingId): Place & { readonly page: 'findings' } => ({
  page: 'findings',
  heading: `${id} ${findingTitles[id]}`,
});

/** The path of a section, with the anchor that GitHub gives to its heading. */
export const pagePath = ({ page, heading }: Place): string =>
  `docs/${page}.md#${heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-')}`;

/** The address of a section. Undefined if this build does not know its repository. */
export function pageUrl(place: Place): string | undefined {
  const { repository } = manifest();
  return repository === undefined
    ? undefined
    : `${repository}/blob/v${version}/${encodeURI(pagePath(place))}`;
}

interface Published {
  /** Such as https://github.com/owner/name. */
  readonly repository: string | undefined;
}

let known: Published | undefined;

/** Publishing writes the repository into package.json. A clone has none there. */
function manifest(): Published {
  // Every module of the built program is two folders below package.json.
  known ??= {
    repository: repositoryIn(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')),
  };
  return known;
}

/** The https address in the text of a package.json. */
export function repositoryIn(text: string): string | undefined {
  const url = stringAt(objectAt(parseObject(text), 'repository'), 'url') ?? '';
  return /^(?:git\+)?(https:\/\/[\w.-]+(?:\/[\w.-]+?){2})(?:\.git)?$/.exec(url)?.[1];
}
