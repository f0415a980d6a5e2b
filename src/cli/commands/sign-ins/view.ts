/** The output of sign-ins: one verdict per app client, its numbers, and the time that they cover. */
import type { Attempts } from '../../../aws/sign-in-attempts.ts';
import type { Covered, FlowCount, SignInEvents } from '../../../aws/sign-in-events.ts';
import type { MigrateError } from '../../../core/errors.ts';
import { number } from '../../../core/format-number.ts';
import type { Document } from '../../terminal/reporter.ts';
import { heading, type Style } from '../../terminal/style.ts';
import {
  fewestSignIns,
  passwordSignIns,
  signInsWith,
  srpSignIns,
  type Verdict,
  verdictOf,
} from './verdict.ts';

export interface FoundEvidence {
  readonly attempts?: ReadonlyMap<string, Attempts>;
  readonly reached?: number;
  readonly events?: SignInEvents;
  /** Why the metrics or the events are missing. */
  readonly failures: readonly MigrateError[];
}

export interface Found extends FoundEvidence {
  readonly userPoolId: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
  readonly clients: ReadonlyMap<string, string>;
}

interface ClientView {
  readonly id: string;
  readonly name: string;
  readonly verdict: Verdict;
  readonly attempts: Attempts | undefined;
  readonly flows: ReadonlyMap<string, FlowCount>;
}

const iso = (at: number): string => new Date(at).toISOString();

function clientsOf({ clients, attempts, reached, events }: Found): ClientView[] {
  return [...clients]
    .map(([id, name]) => {
      const flows = events?.clients.get(id) ?? new Map<string, FlowCount>();
      const counted = attempts?.get(id);
      const hasEvents = events !== undefined;
      return {
        id,
        name,
        flows,
        attempts: counted,
        verdict: verdictOf({ flows, attempts: counted, reached, hasEvents }),
      };
    })
    .sort((a, b) => signInsWith(b.flows) - signInsWith(a.flows) || (a.name < b.name ? -1 : 1));
}

export function signInsDocument(found: Found): Document {
  const clients = clientsOf(found);
  return {
    json: {
      command: 'sign-ins',
      version: 1,
      newUserPoolId: found.userPoolId,
      since: iso(found.since),
      until: iso(found.until),
      reachedFunction: found.reached ?? null,
      clients: clients.map(({ id, name, verdict, attempts, flows }) => ({
        id,
        name,
        verdict,
        attempts: attempts?.tries ?? null,
        successes: attempts?.successes ?? null,
        flows: [...flows].map(([flow, { count, failed, first, last }]) => ({
          ...{ flow, count, failed },
          first: iso(first),
          last: iso(last),
        })),
      })),
      covered: (found.events?.covered ?? []).map(({ event, from, to, isComplete }) => ({
        ...{ event, complete: isComplete },
        from: iso(from),
        to: iso(to),
      })),
      unread: found.failures.map(({ code }) => code),
    },
    text: (style) =>
      [
        '',
        heading([found.userPoolId, style.dim(`since ${iso(found.since)}`)], style),
        '',
        ...clients
          .filter(({ verdict }) => verdict !== 'no-sign-ins')
          .flatMap((one) => clientText(one, style)),
        ...quietText(clients),
        ...reachedText(found),
        ...coveredText(found.events?.covered ?? [], style),
        ...found.failures.map(({ message }) => `  ${style.warn} ${message}`),
      ].join('\n'),
  };
}

const passwordCode = [
  "Amplify v6:  signIn({ username, password, options: { authFlowType: 'USER_PASSWORD_AUTH' } })",
  "Amplify v5:  Auth.configure({ authenticationFlowType: 'USER_PASSWORD_AUTH' })",
  "AWS SDK:     InitiateAuth with AuthFlow: 'USER_PASSWORD_AUTH'",
];

/** A query for CloudTrail Lake, which keeps events for years. */
const lakeQuery = (clientId: string): string =>
  `SELECT element_at(requestParameters, 'authFlow') AS flow, count(*) AS n FROM EVENT_DATA_STORE_ID WHERE eventName = 'InitiateAuth' AND element_at(requestParameters, 'clientId') = '${clientId}' GROUP BY element_at(requestParameters, 'authFlow')`;

const sentences: Readonly<Record<Verdict, (client: ClientView) => readonly string[]>> = {
  'not-switched': () => [
    "This app hasn't switched yet. Its sign-ins never reach the function.",
    ...passwordCode,
  ],
  'partly-switched': () => [
    'Some versions of this app have switched. The others never reach the function.',
    ...passwordCode,
  ],
  switched: () => ['This app has switched. Users who are not in the new pool reach the function.'],
  'managed-login': () => ['This app uses managed login, which sends the password. It needs no change.'],
  'choice-based': () => [
    'This app lets users choose how to sign in (USER_AUTH). AWS documents no migration for this flow.',
    ...passwordCode,
  ],
  'suspected-srp': () => [
    'Sign-ins fail, and none of them reached the function. This app probably uses SRP.',
    ...passwordCode,
  ],
  'too-few': ({ id }) => [
    `Too few to tell: fewer than ${fewestSignIns} sign-ins. A longer --since has more, and CloudTrail Lake has all:`,
    lakeQuery(id),
  ],
  unknown: () => ['CloudTrail does not show which flow this app uses.'],
  'no-sign-ins': () => [],
};

const isGood: ReadonlySet<Verdict> = new Set(['switched', 'managed-login']);
const isBad: ReadonlySet<Verdict> = new Set(['not-switched', 'suspected-srp']);

/** `12:01–12:04` of one day, and whole times otherwise. All in UTC. */
function span(first: number, last: number): string {
  const [a, b] = [iso(first), iso(last)];
  if (a.slice(0, 16) === b.slice(0, 16)) return `${a.slice(11, 16)} UTC`;
  if (a.slice(0, 10) === b.slice(0, 10)) return `${a.slice(11, 16)}–${b.slice(11, 16)} UTC`;
  return `${a.slice(0, 16)}Z–${b.slice(0, 16)}Z`;
}

function flowsText({ flows, attempts }: ClientView): string {
  const counts = [...flows].map(([flow, { count }]) => `${number(count)} with ${flow}`);
  const lacksPassword = srpSignIns(flows) > 0 && passwordSignIns(flows) === 0;
  if (counts.length === 0)
    return attempts === undefined
      ? 'no events'
      : `${number(attempts.tries)} attempts, ${number(attempts.successes)} successful`;
  const times = [...flows.values()];
  const first = times.reduce((least, one) => Math.min(least, one.first), Number.POSITIVE_INFINITY);
  const last = times.reduce((most, one) => Math.max(most, one.last), 0);
  return `${[...counts, ...(lacksPassword ? ['0 with USER_PASSWORD_AUTH'] : [])].join(', ')}, ${span(first, last)}`;
}

/** Cognito's own count, which has no limit of pages. It knows no flows. */
function attemptsText({ attempts, flows }: ClientView): string[] {
  if (attempts === undefined || attempts.tries === 0 || flows.size === 0) return [];
  return [
    `      Cognito counted ${number(attempts.tries)} attempts, ${number(attempts.successes)} successful.`,
  ];
}

function clientText(client: ClientView, style: Style): string[] {
  const { verdict } = client;
  const sign = isBad.has(verdict) ? style.bad : isGood.has(verdict) ? style.ok : style.warn;
  return [
    `  ${sign} ${client.name}: ${flowsText(client)}`,
    ...attemptsText(client),
    ...sentences[verdict](client).map((line) => `      ${line}`),
  ];
}

function quietText(clients: readonly ClientView[]): string[] {
  const quiet = clients.filter(({ verdict }) => verdict === 'no-sign-ins').map(({ name }) => name);
  return quiet.length === 0 ? [] : [`  Without sign-ins: ${quiet.join(', ')}`];
}

const reachedText = ({ reached }: Found): string[] =>
  reached === undefined ? [] : ['', `  ${number(reached)} sign-ins reached the function.`];

function coveredText(covered: readonly Covered[], style: Style): string[] {
  if (covered.length === 0) return [];
  return [
    style.dim('  CloudTrail was read for these times. It shows a sign-in about five minutes later.'),
    ...covered.map(({ event, from, to, isComplete }) =>
      style.dim(`    ${event}  ${span(from, to)}${isComplete ? '' : ', the newest only'}`),
    ),
  ];
}
