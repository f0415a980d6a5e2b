/** What the report says: the document of status in words, with reasons, health, and settings. */
import { parseArn } from '../../../aws/arn.ts';
import type { RecentReasons } from '../../../aws/migration-log.ts';
import type { MigrateError } from '../../../core/errors.ts';
import type { Note } from '../../../core/events.ts';
import { expectedAfter } from '../../../core/forecast.ts';
import { number } from '../../../core/format-number.ts';
import type { StatusDocument } from '../../../core/status-document.ts';
import { declarationOf, type Inputs } from '../../../core/variables/index.ts';
import { version } from '../../../core/version.ts';
import type { Report, Resource } from '../../../report/page.ts';
import { catalogue } from '../../inputs/options.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { explanationOf, reasonCounts } from '../../terminal/reasons.ts';
import { makeStyle } from '../../terminal/style.ts';
import { flagsFor } from '../../wizard/repeat.ts';
import { signInsMean } from '../sign-ins/index.ts';
import type { Health } from './health.ts';
import { isTriggerDead } from './verdict.ts';
import { detailLines, isOlder, isRight, nameOf, whyOf } from './view.ts';

/** The reasons of the newest sign-ins, or why the log could not be read. */
export type Recent = RecentReasons | { readonly failure: MigrateError };

export interface Source {
  readonly migration: Migration;
  readonly health: Health;
  readonly document: StatusDocument;
  readonly notes: readonly Note[];
  readonly recent: Recent;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly isLast: boolean;
  readonly withAccount: boolean;
}

export function reportOf(source: Source): Report {
  const { migration, document, notes, at, isLast, withAccount } = source;
  const { inputs, caller } = migration;
  const accounts = { new: caller.account, old: parseArn(inputs.OLD_USER_POOL_ARN).account };
  const { users, oldUserPool, steps, installed, signIns } = document;
  const days = (users.days ?? []).map(({ handedOver }) => handedOver);
  const progress = { days, handedOver: users.total.handedOver ?? 0, users: oldUserPool.users ?? 0 };
  return {
    document,
    at,
    isLast,
    verdict: verdictOf(source),
    reasons: reasonsOf(source),
    resources: steps.map(resourceOf),
    apps: (signIns?.clients ?? []).map((client) => ({
      name: client.name,
      means: signInsMean(client) || 'No sign-ins.',
      client,
    })),
    notes: notes.map(({ level, message }) => ({ level, message })),
    settings: installed ? settingsOf(inputs) : [],
    versions: versionsOf(document),
    callers: [caller.arn],
    ...(withAccount ? {} : { accounts }),
    expectedAfter: (weeks) => expectedAfter(weeks, progress),
  };
}

const repair = 'Repair: cognito-migrate init';

/** One sentence for people without a terminal. The first that holds counts. */
function verdictOf({ migration: { gone }, health, document }: Source): Report['verdict'] {
  const { steps, installed, code, probe, healthy } = document;
  const wrong = steps.filter((step) => !isRight(step)).length;
  const bad = (sentence: string, ...more: readonly string[]) => ({ level: 'bad' as const, sentence, more });
  if (!installed) return bad('Nothing is installed.');
  if (gone.length > 0) return bad(`Broken. There is no ${gone.join(' and no ')} user pool.`);
  if (isTriggerDead(health.planned))
    return bad(
      'Broken. Users who haven’t moved can’t sign in: the trigger calls a function that no longer exists.',
      repair,
    );
  if (code === 'NOBODY_CAN_MOVE')
    return bad('Set up, but nobody can move: no app client of the new pool accepts passwords.');
  if (code === 'CM116')
    return bad(
      'Set up, but a stranger could take over an account.',
      'Anyone can sign up in the old pool with another person’s address as the username.',
    );
  if (code === 'CM122')
    return bad(
      'Set up, but anyone could pass the guard of sign-ups.',
      'Others than the function can write the attribute that proves who a user was.',
    );
  if (!healthy && wrong > 0)
    return bad(`${countOf(wrong, steps.length)} missing, changed, or not ours.`, repair);
  if (!healthy) return bad('The function has not passed its test call.', probe?.message ?? repair);
  return {
    level: 'good',
    sentence:
      health.way === 'password-reset'
        ? 'Healthy. Users move when they ask for a new password.'
        : 'Healthy. Users move when they sign in.',
    more: [`All ${number(steps.length)} resources are in place.`],
  };
}

const countOf = (wrong: number, all: number): string =>
  `${number(wrong)} of ${number(all)} resources ${wrong === 1 ? 'is' : 'are'}`;

function reasonsOf({ recent, at }: Source): Report['reasons'] {
  if ('failure' in recent) return { rows: [], since: at, isComplete: false, failure: recent.failure.message };
  const { reasons, since, isComplete } = recent;
  const rows = reasonCounts(reasons).map((row) => ({
    ...row,
    means: explanationOf(row.outcome, row.reason).means,
  }));
  return { rows, since, isComplete };
}

/** Without colors, links, and a width. */
const plain = makeStyle(false, {}, {});

function resourceOf(step: StatusDocument['steps'][number]): Resource {
  const name = nameOf(step);
  if (isRight(step)) {
    const state = step.health === 'in place' ? 'in place' : 'provided by you';
    return { name, level: 'good', state, lines: [step.line] };
  }
  return {
    name,
    level: isOlder(step) ? 'warning' : 'bad',
    state: whyOf(step),
    lines: detailLines(step, plain).map((line) => line.trim()),
  };
}

/** The flags that this migration was set up with, except those without a value. */
const settingsOf = (inputs: Inputs): Report['settings'] =>
  catalogue.makings.flatMap((name) => {
    const value = inputs[name];
    const flags = value === undefined ? [] : flagsFor(name, value);
    // "(repeatable)" is for those who type the flag.
    const means = declarationOf(name).describe.replace(/ \((repeatable|pass "none")[^)]*\)/, '');
    return flags.length === 0 ? [] : [[flags.join(' '), means] as const];
  });

function versionsOf({ steps }: StatusDocument): Report['versions'] {
  const found = steps.find(({ step }) => step === 'lambda-function');
  const isOther = found?.differences.some(({ path }) => path === 'codeSha256') === true;
  const ofFunction =
    found === undefined || found.health === 'missing'
      ? 'not installed'
      : (found.olderVersion ?? (isOther || found.health === 'foreign' ? 'other code' : version));
  return [
    ['cognito-migrate', version],
    ['Function', ofFunction],
    ['Node.js', process.versions.node],
  ];
}
