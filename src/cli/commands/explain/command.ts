/** explain: prints the section of the documentation about a finding, error, exit code, reason, or decision. */
import { readFile } from 'node:fs/promises';
import { brotliDecompressSync } from 'node:zlib';
import * as z from 'zod/mini';
import { type Place, pagePath, pageUrl } from '../../../core/documentation.ts';
import { BugError, type ExitKind, UsageError } from '../../../core/errors.ts';
import { allNearest } from '../../../core/near.ts';
import type { Context } from '../../context.ts';
import type { Document } from '../../terminal/reporter.ts';
import { type Style, wrapped } from '../../terminal/style.ts';
import {
  markdownOf,
  rendered,
  renderedRow,
  rowOf,
  type Section,
  sectionOf,
  type TableRow,
} from './render.ts';
import { pageNames, type Topic, topicKinds, topics, topicsNamed } from './topics.ts';

/** Every module of the built program is one folder below dist/, where the pages are. */
const shipped = new URL('../docs.json.br', import.meta.url);

const Pages = z.record(z.enum(pageNames), z.string());

const readPages = async (): Promise<z.output<typeof Pages>> =>
  Pages.parse(JSON.parse(brotliDecompressSync(await readFile(shipped)).toString()));

export async function explain({ command, reporter }: Context): Promise<ExitKind> {
  const [name] = command.args;
  if (name === undefined) {
    reporter.data(listDocument);
    return 'ok';
  }
  const found = topicsNamed(name);
  if (found.length === 0) throw unknownTopic(name);
  const pages = await readPages();
  reporter.data(topicDocument(found.map((topic) => partOf(topic, pages))));
  return 'ok';
}

/** More names are no help: `explain` alone lists them all. */
const mostNames = 10;

/** Never repeats the word, because it may be a password. */
function unknownTopic(name: string): UsageError {
  const word = name.toLowerCase();
  const all = [...new Set(topics.map((topic) => topic.name))];
  const begun = all.filter((one) => one.toLowerCase().startsWith(word));
  const close = begun.length > 0 ? begun : allNearest(name, all, (one) => one);
  const names = close.slice(0, mostNames);
  return new UsageError('explain has no such topic', {
    code: 'BAD_INPUT',
    hint: [
      ...(names.length === 0 ? [] : [`Did you mean ${names.join(', ')}?`]),
      'cognito-migrate explain  lists the topics.',
    ],
  });
}

/** The address of the page, or its path if the repository is unknown. */
const pageOf = (place: Place): string => pageUrl(place) ?? pagePath(place);

const headings: Readonly<Record<Topic['kind'], string>> = {
  decision: 'Decisions about users',
  finding: 'Findings of doctor',
  error: 'Error codes',
  'exit code': 'Exit codes',
  reason: "Reasons in the function's log",
  'sign-ins': 'Verdicts of sign-ins',
  alarm: 'Alarms in CloudWatch',
};

const namesOf = (kind: Topic['kind']): string[] => [
  ...new Set(topics.filter((topic) => topic.kind === kind).map(({ name }) => name)),
];

const listDocument: Document = {
  json: {
    topics: topics.map(({ name, kind, page, heading }) => ({ name, kind, page: pageOf({ page, heading }) })),
  },
  text: (style) =>
    [
      ...topicKinds.map(
        (kind) => `${style.bold(headings[kind])}\n${wrapped(namesOf(kind), Math.min(style.width, 80))}`,
      ),
      'cognito-migrate explain <topic>  prints the section about one of them.',
    ].join('\n\n'),
};

/** A topic with its part of a page. */
interface Part {
  readonly topic: Topic;
  readonly section: Section;
  /** The only row of the section that is about this topic. */
  readonly row: TableRow | undefined;
}

function partOf(topic: Topic, pages: z.output<typeof Pages>): Part {
  const section = sectionOf(pages[topic.page], topic.heading);
  if (section === undefined)
    throw new BugError(`docs/${topic.page}.md has no heading "${topic.heading}"`, { code: 'BUG' });
  return { topic, section, row: topic.row === undefined ? undefined : rowOf(section, topic.row) };
}

const topicDocument = (parts: readonly Part[]): Document => ({
  json: {
    topics: parts.map(({ topic, section, row }) => ({
      name: topic.name,
      kind: topic.kind,
      heading: topic.heading,
      page: pageOf(topic),
      markdown: row?.markdown ?? markdownOf(section),
    })),
  },
  text: (style) => parts.map((part) => partText(part, style)).join('\n\n'),
});

function partText({ topic, section, row }: Part, style: Style): string {
  return [
    style.bold(titleOf(topic)),
    row === undefined ? rendered(section, style) : renderedRow(row, style),
    `${style.dim('Page:')} ${style.link(pageOf(topic), pageUrl(topic))}`,
  ].join('\n\n');
}

function titleOf({ name, kind, heading }: Topic): string {
  switch (kind) {
    case 'decision':
      return `--${name}: ${heading}`;
    case 'finding':
      return heading;
    case 'error':
      return `${name} (error, exit code ${heading})`;
    case 'exit code':
      return `Exit code ${heading.startsWith(name) ? heading : name}`;
    case 'reason':
      return `${name} (reason: ${heading.toLowerCase()})`;
    case 'sign-ins':
      return `${name} (verdict of sign-ins)`;
    case 'alarm':
      return name === 'alarms' ? heading : `${name} (alarm)`;
  }
}
