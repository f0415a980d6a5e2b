/** The topics of explain, and the section of the documentation for each. Type-checked: no code lacks one. */
import { findingPlace, type Place as Section } from '../../../core/documentation.ts';
import { errorCodes } from '../../../core/error-codes.ts';
import { type ExitKind, exitCodes } from '../../../core/errors.ts';
import { findingTitles, isFindingId } from '../../../core/findings.ts';
import { verdicts } from '../../../core/sign-ins-document.ts';
import { type DecisionName, flagOf } from '../../../core/variables/index.ts';
import { reasons } from '../../../lambda/reasons.ts';
import { alarmKeys } from '../../../steps/alarm-rules.ts';

/** Pages that ship with the package. */
export const pageNames = ['findings', 'troubleshooting', 'how-it-works', 'scripting', 'security'] as const;
export type PageName = (typeof pageNames)[number];

export const topicKinds = [
  'decision',
  'finding',
  'error',
  'exit code',
  'reason',
  'sign-ins',
  'alarm',
] as const;
type TopicKind = (typeof topicKinds)[number];

interface Place extends Section {
  readonly page: PageName;
}

export interface Topic extends Place {
  readonly name: string;
  readonly kind: TopicKind;
  /** Explains only this row of a table in the section, if there is such a row. */
  readonly row?: string;
}

/** The variables that are decisions about users. */
const decisions: Readonly<Record<DecisionName | 'CHAIN', Place>> = {
  MFA: { page: 'security', heading: 'MFA' },
  FORGOT_PASSWORD: { page: 'how-it-works', heading: 'Forgot password' },
  WEAK_PASSWORD: findingPlace('CM407'),
  MAP: findingPlace('CM103'),
  DROP: findingPlace('CM103'),
  SET: findingPlace('CM102'),
  ON_BAD_ATTRIBUTE: findingPlace('CM105'),
  FIND_BY: { page: 'how-it-works', heading: 'Users whose name is an address now' },
  FORWARD_CLIENT_METADATA: findingPlace('CM118'),
  GROUPS: findingPlace('CM601'),
  GROUP_ROLES: findingPlace('CM603'),
  MOVE_ONCE: findingPlace('CM606'),
  GROUPS_IN_FIRST_TOKEN: findingPlace('CM610'),
  GUARD_SIGN_UP: findingPlace('CM415'),
  GUARD_FEDERATED: findingPlace('CM415'),
  ADD_OLD_SUB: findingPlace('CM120'),
  CHAIN: findingPlace('CM416'),
};

const exitHeadings: Readonly<Record<ExitKind, Place>> = {
  ok: { page: 'scripting', heading: 'Exit codes' },
  bug: { page: 'troubleshooting', heading: '1: a bug' },
  usage: { page: 'troubleshooting', heading: '2: wrong or missing input' },
  permission: { page: 'troubleshooting', heading: '3: credentials or permission' },
  conflict: { page: 'troubleshooting', heading: '4: something is in the way' },
  unhealthy: { page: 'troubleshooting', heading: '5: drift, or nothing installed' },
  state: { page: 'troubleshooting', heading: '6: the state file' },
  aws: { page: 'troubleshooting', heading: '7: AWS failed' },
  refused: { page: 'troubleshooting', heading: '8: a check refused, or nobody can move' },
  cancelled: { page: 'troubleshooting', heading: '130: cancelled' },
};

const reasonHeadings: Readonly<Record<keyof typeof reasons, string>> = {
  migrated: 'Users who moved',
  reset: 'Users who moved',
  untouched: 'Users who did not',
  refused: 'Refused sign-ups',
  failed: 'Failures',
};

const signInsPlace: Place = { page: 'troubleshooting', heading: 'What the sign-ins show' };
const alarmsPlace: Place = { page: 'troubleshooting', heading: 'An alarm goes off' };

const entriesOf = <K extends string, V>(record: Readonly<Record<K, V>>): [K, V][] =>
  Object.keys(record).flatMap((key) => (isKeyOf(record, key) ? [[key, record[key]]] : []));

function isKeyOf<K extends string>(record: Readonly<Record<K, unknown>>, key: string): key is K {
  return Object.hasOwn(record, key);
}

/** All topics. A name can have more than one: `mfa` is a decision and a reason. */
export const topics: readonly Topic[] = [
  ...entriesOf(decisions).map(([name, place]) => ({
    name: (flagOf(name) ?? name).replace(/^--/, ''),
    kind: 'decision' as const,
    ...place,
  })),
  ...Object.keys(findingTitles)
    .filter(isFindingId)
    .map((id) => ({ name: id, kind: 'finding' as const, ...findingPlace(id) })),
  ...entriesOf(errorCodes).flatMap(([kind, codes]) =>
    codes.map((code) => ({ name: code, kind: 'error' as const, ...exitHeadings[kind], row: code })),
  ),
  ...entriesOf(exitCodes).map(([kind, { code }]) => ({
    name: String(code),
    kind: 'exit code' as const,
    ...exitHeadings[kind],
    ...(kind === 'ok' ? { row: String(code) } : {}),
  })),
  ...entriesOf(reasons).flatMap(([outcome, list]) =>
    list.map((reason) => ({
      name: reason,
      kind: 'reason' as const,
      page: 'troubleshooting' as const,
      heading: reasonHeadings[outcome],
      row: reason,
    })),
  ),
  ...verdicts.map((name) => ({ name, kind: 'sign-ins' as const, ...signInsPlace, row: name })),
  { name: 'alarms', kind: 'alarm' as const, ...alarmsPlace },
  ...alarmKeys.map((name) => ({ name, kind: 'alarm' as const, ...alarmsPlace, row: name })),
];

/** Topics with this name, in any letter case. */
export const topicsNamed = (name: string): readonly Topic[] =>
  topics.filter((topic) => topic.name.toLowerCase() === name.toLowerCase());
