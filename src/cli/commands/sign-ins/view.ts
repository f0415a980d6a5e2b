/** The output of sign-ins: one verdict per app client, its numbers, and the time that they cover. */
import { number } from '../../../core/format-number.ts';
import { type SignIns, type Verdict, verdicts } from '../../../core/sign-ins-document.ts';
import type { Document } from '../../terminal/reporter.ts';
import { heading, type Style } from '../../terminal/style.ts';
import type { Evidence } from './evidence.ts';
import { allSignIns, fewestSignIns, passwordSignIns, srpSignIns, verdictOf } from './verdict.ts';

/** One app client and what its sign-ins show. */
type Client = SignIns['clients'][number];

const iso = (at: number): string => new Date(at).toISOString();

/** The app clients, the one with the most sign-ins first. */
function clientsOf({ clients, attempts, reached, events }: Evidence): Client[] {
  return [...clients]
    .map(([id, name]) => {
      const flows = [...(events?.clients.get(id) ?? [])].map(([flow, { count, failed, first, last }]) => ({
        ...{ flow, count, failed },
        first: iso(first),
        last: iso(last),
      }));
      const counted = attempts?.get(id);
      return {
        id,
        name,
        verdict: verdictOf({ flows, attempts: counted, reached, hasEvents: events !== undefined }),
        attempts: counted?.tries ?? null,
        successes: counted?.successes ?? null,
        flows,
      };
    })
    .sort((a, b) => allSignIns(b.flows) - allSignIns(a.flows) || (a.name < b.name ? -1 : 1));
}

/** The part of the JSON document that `status` and `logs` print too. */
export const signInsOf = (evidence: Evidence): SignIns => ({
  since: iso(evidence.since),
  until: iso(evidence.until),
  reachedFunction: evidence.reached ?? null,
  clients: clientsOf(evidence),
  covered: (evidence.events?.covered ?? []).map(({ event, from, to, isComplete }) => ({
    ...{ event, complete: isComplete },
    from: iso(from),
    to: iso(to),
  })),
  unread: evidence.failures.map(({ code }) => code),
});

export function signInsDocument(evidence: Evidence): Document {
  const signIns = signInsOf(evidence);
  return {
    json: { command: 'sign-ins', version: 1, newUserPoolId: evidence.userPoolId, ...signIns },
    text: (style) =>
      [
        '',
        heading([evidence.userPoolId, style.dim(`since ${minute(signIns.since)} UTC`)], style),
        '',
        ...signIns.clients
          .filter(({ verdict }) => verdict !== 'no-sign-ins')
          .flatMap((one) => clientText(one, style)),
        ...quietText(signIns.clients),
        ...reachedText(signIns),
        ...coveredText(signIns.covered, style),
        ...evidence.failures.map(({ message }) => `  ${style.warn} ${message}`),
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

/** For each verdict, what it means, then what to do. */
const sentences: Readonly<Record<Verdict, (client: Client) => readonly string[]>> = {
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
    `Too few to tell: fewer than ${fewestSignIns} sign-ins.`,
    'A longer --since has more, and CloudTrail Lake has all:',
    lakeQuery(id),
  ],
  unknown: () => ['CloudTrail does not show which flow this app uses.'],
  'no-sign-ins': () => [],
};

/** What the sign-ins of an app client show. */
export const signInsMean = (client: Client): string => sentences[client.verdict](client)[0] ?? '';

const isGood: ReadonlySet<Verdict> = new Set(['switched', 'managed-login']);
const isBad: ReadonlySet<Verdict> = new Set(['not-switched', 'suspected-srp']);

/** `2026-11-30 12:01`, from a time in ISO format. */
const minute = (time: string): string => time.slice(0, 16).replace('T', ' ');

/** `12:01–12:04` of one day, and whole times otherwise. All in UTC. */
function span(first: string, last: string): string {
  if (first.slice(0, 16) === last.slice(0, 16)) return `${first.slice(11, 16)} UTC`;
  if (first.slice(0, 10) === last.slice(0, 10)) return `${first.slice(11, 16)}–${last.slice(11, 16)} UTC`;
  return `${minute(first)} to ${minute(last)} UTC`;
}

/** Cognito's own count, which has no limit of pages. It knows no flows. */
const attemptsText = ({ attempts, successes }: Client): string =>
  `${number(attempts ?? 0)} attempts, ${number(successes ?? 0)} successful`;

/** The flows of an app client, and when they were used. */
function flowsText({ flows }: Client): string {
  const counts = flows.map(({ flow, count }) => `${number(count)} with ${flow}`);
  const lacksPassword = srpSignIns(flows) > 0 && passwordSignIns(flows) === 0;
  // Times in this format are in the order of their letters.
  const firsts = flows.map(({ first }) => first).toSorted();
  const lasts = flows.map(({ last }) => last).toSorted();
  const none = lacksPassword ? ['0 with USER_PASSWORD_AUTH'] : [];
  return `${[...counts, ...none].join(', ')}, ${span(firsts[0] ?? '', lasts.at(-1) ?? '')}`;
}

function usesText(client: Client): string {
  if (client.flows.length > 0) return flowsText(client);
  return client.attempts === null ? 'no events' : attemptsText(client);
}

function clientText(client: Client, style: Style): string[] {
  const { verdict, attempts, flows } = client;
  const sign = isBad.has(verdict) ? style.bad : isGood.has(verdict) ? style.ok : style.warn;
  const isCounted = attempts !== null && attempts > 0 && flows.length > 0;
  return [
    `  ${sign} ${client.name}: ${usesText(client)}`,
    ...(isCounted ? [`      Cognito counted ${attemptsText(client)}.`] : []),
    ...sentences[verdict](client).map((line) => `      ${line}`),
  ];
}

function quietText(clients: readonly Client[]): string[] {
  const quiet = clients.filter(({ verdict }) => verdict === 'no-sign-ins').map(({ name }) => name);
  return quiet.length === 0 ? [] : [`  Without sign-ins: ${quiet.join(', ')}`];
}

const reachedText = ({ reachedFunction }: SignIns): string[] =>
  reachedFunction === null ? [] : ['', `  ${number(reachedFunction)} sign-ins reached the function.`];

function coveredText(covered: SignIns['covered'], style: Style): string[] {
  if (covered.length === 0) return [];
  return [
    style.dim('  CloudTrail was read for these times. It shows a sign-in about five minutes later.'),
    ...covered.map(({ event, from, to, complete }) =>
      style.dim(`    ${event}  ${span(from, to)}${complete ? '' : ', the newest only'}`),
    ),
  ];
}

const orderOf = ({ verdict }: Client): number => verdicts.indexOf(verdict);

/** Why nothing reaches the function, in one line for other commands, and the command that says more. */
export function whyNothingText({ clients, since, unread }: SignIns): string[] {
  const active = clients.filter(({ verdict }) => verdict !== 'no-sign-ins');
  const [worst, ...others] = active.toSorted(
    (a, b) => orderOf(a) - orderOf(b) || (b.attempts ?? 0) - (a.attempts ?? 0),
  );
  if (worst === undefined) return [`No sign-ins to the new pool since ${minute(since)} UTC.`];
  const flows = worst.flows.length === 0 ? [] : [`CloudTrail shows ${flowsText(worst)}.`];
  const [meaning] = sentences[worst.verdict](worst);
  const more = others.length === 0 ? [] : [`${number(others.length)} more with sign-ins.`];
  return [
    [`${worst.name}: ${attemptsText(worst)}.`, ...flows, meaning, ...more].join(' '),
    unread.length === 0
      ? 'cognito-migrate sign-ins  shows each app and the code to change'
      : 'cognito-migrate policy --for sign-ins  prints the permissions that show the flow',
  ];
}
