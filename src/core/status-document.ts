/** The document that `status --json` prints. `status --json-schema` prints its JSON Schema. */
import * as z from 'zod/mini';
import { publishedHealths } from './published-names.ts';
import { SignIns } from './sign-ins-document.ts';

/** Version of the document. A new member keeps it. A change that could break a reader raises it. */
const statusVersion = 1;

const text = (sentence: string) => z.string().check(z.describe(sentence));
const yesOrNo = (sentence: string) => z.boolean().check(z.describe(sentence));
const consoleUrl = text('Its page in the AWS Management Console, if there is one.');
const count = (sentence: string) => z.number().check(z.describe(sentence));

const unknownOrCount = (sentence: string) =>
  z
    .nullable(z.number())
    .check(z.describe(`${sentence}; null if the period starts before the function counted this.`));

const pool = (sentence: string) =>
  z
    .object({
      id: text('ID of the user pool.'),
      name: text('Its name; the ID again where the pool is not seen.'),
      users: z
        .nullable(z.number())
        .check(z.describe("Cognito's own estimate of its users; null where the pool is gone or not seen.")),
      gone: z.optional(yesOrNo('True where there is no such pool in that account and Region.')),
      consoleUrl: z.optional(consoleUrl),
    })
    .check(z.describe(sentence));

const counts = (sentence: string) =>
  z
    .object({
      handedOver: z.optional(
        count('Users whom the function returned to Cognito. Cognito can still refuse to create them.'),
      ),
      migrated: unknownOrCount('Users among them who keep their password'),
      reset: unknownOrCount('Users among them who must choose a new password'),
      wrongCredentials: count('Attempts with a wrong password or an unknown name.'),
      refused: count('Attempts of users who may not move, for a reason of theirs.'),
      failed: count('Attempts that failed for trouble that is not the user’s.'),
    })
    .check(z.describe(sentence));

const Difference = z.object({
  path: text('The field, e.g. environment.OLD_CLIENT_ID.'),
  found: z.optional(z.unknown().check(z.describe('Its value in AWS; left out where it has none.'))),
  wanted: z.optional(
    z.unknown().check(z.describe('The value that init would set; left out where it should have none.')),
  ),
  means: z.optional(text('What it means for passwords, for people.')),
});

const Added = z.object({
  path: text('Which part of it, e.g. layers.'),
  found: z.unknown().check(z.describe('What was added.')),
  means: text('What it means for passwords, for people.'),
  remove: text('The AWS CLI command that removes it; init never does.'),
  outlives: z.optional(yesOrNo('True where it stays when teardown removes that resource.')),
  finding: text('ID of the finding, as --accept takes it.'),
});

const Step = z.object({
  step: text('ID of the step, as --keep takes it.'),
  key: z.optional(text('Which one, where a step is about several: the ID of an app client.')),
  title: text('What people call it.'),
  health: z
    .enum(publishedHealths)
    .check(z.describe('How it stands; right are "in place" and "brought along".')),
  olderVersion: z.optional(
    text(
      'The version that it is of, where it is older than this program and nothing else is wrong with it: init updates it.',
    ),
  ),
  line: text('What it is or, where it is not right, what init would make of it, in one line for people.'),
  consoleUrl: z.optional(consoleUrl),
  owner: z.optional(
    text('Who or what it is, where it is not of this migration; the function on the trigger.'),
  ),
  waitsFor: z
    .array(z.string())
    .check(z.describe('Tracked variables that it needs and that nothing gives yet.')),
  differences: z.array(Difference).check(z.describe('Fields that are not as they should be.')),
  additions: z.optional(
    z.array(Added).check(z.describe('What others have added to it, where there is anything.')),
  ),
});

const Forecast = z
  .object({
    next: z
      .nullable(
        z.object({
          percent: count("Share of the old pool's users, in percent."),
          day: text('The day (UTC) on which that share is reached.'),
        }),
      )
      .check(z.describe('The next share; null if it is not reached within two years.')),
    rest: z
      .nullable(z.number())
      .check(z.describe('Users who never sign in at this pace; null if the pace does not slow down.')),
    basisDays: count('Number of whole days that the forecast uses.'),
  })
  .check(z.describe('A forecast at the pace of the last days; absent before seven whole days.'));

const Denied = z
  .object({
    action: z.optional(text('The denied action.')),
    resource: z.optional(text('ARN that it was denied on.')),
    as: z.optional(text('ARN of who was denied.')),
    reason: z.optional(text("AWS's reason, in its own words.")),
  })
  .check(z.describe('Why the log could not be read; the numbers say nothing then.'));

const Report = z
  .object({
    path: text('Path of the HTML page.'),
    reasons: z
      .record(z.string(), z.number())
      .check(z.describe('Number of sign-ins by "outcome/reason" on the page, from the log.')),
    since: text('Start of the period that the reasons cover (UTC): at most the last 30 days.'),
    complete: yesOrNo('All sign-ins of that period were read. If false, the true numbers can be higher.'),
    unread: z.optional(text('Code of the error with which the log could not be read.')),
  })
  .check(z.describe('The page that was written, with --report.'));

const Note = z.object({
  level: z.enum(['info', 'warning']).check(z.describe('How much it matters.')),
  message: text('The note, for people.'),
  id: z.optional(text('ID of the finding that it is about.')),
});

export const StatusDocument = z
  .object({
    ok: yesOrNo('The command itself succeeded; healthy tells how the migration stands.'),
    command: z.literal('status').check(z.describe('Which command has printed this.')),
    version: z
      .literal(statusVersion)
      .check(
        z.describe(
          'Version of this document. New members do not change it: leave alone what you do not know.',
        ),
      ),
    code: z.optional(
      z
        .enum(['NOBODY_CAN_MOVE', 'CM116'])
        .check(
          z.describe(
            'Everything is in place, and no app client of the new pool accepts passwords; or, with CM116, anybody can sign up in the old pool by a username that the new pool takes for an address.',
          ),
        ),
    ),
    healthy: yesOrNo(
      'Everything is as it should be: exit code 0. Otherwise the exit code is 8 if `code` is present, and 5 if it is not.',
    ),
    installed: yesOrNo('Something of this migration is there.'),
    account: text("The new pool's AWS account."),
    oldUserPool: pool('The pool that users come from.'),
    newUserPool: pool('The pool that users go to.'),
    since: z
      .nullable(z.string())
      .check(z.describe('When the trigger was set (UTC); null where the state file does not tell.')),
    steps: z.array(Step).check(z.describe('Everything that the migration consists of.')),
    users: z
      .object({
        source: z.optional(
          z
            .enum(['metrics', 'log'])
            .check(z.describe("Where the counts come from: the function's CloudWatch metrics, or its log.")),
        ),
        since: z.optional(
          z
            .nullable(z.string())
            .check(z.describe('The first hour with a count (UTC); null if the counts come from the log.')),
        ),
        total: counts('Since then, for at most 15 months. From the log, since its first event.'),
        lastDay: counts('In the last 24 hours.'),
        days: z.optional(
          z
            .array(
              z.object({
                day: text('The day (UTC), as in 2026-11-22.'),
                handedOver: count('Users handed over on that day.'),
              }),
            )
            .check(
              z.describe('Each day from the first count to today; empty if the counts come from the log.'),
            ),
        ),
        forecast: z.optional(Forecast),
        reasons: z
          .record(z.string(), z.number())
          .check(
            z.describe(
              'Number of sign-ins by "outcome/reason". Empty if the counts come from metrics; see logs --json.',
            ),
          ),
        complete: yesOrNo('Everything was counted. If false, the true numbers can be higher.'),
        unread: z.optional(
          text('Code of the error with which the log could not be read; the numbers say nothing then.'),
        ),
        denied: z.optional(Denied),
      })
      .check(z.describe('Sign-ins as the function has counted them.')),
    signIns: z.optional(SignIns),
    alarms: z.optional(
      z
        .array(
          z.object({
            alarm: text(
              'Which one, as the key of its step: failures, nobody-moves, wrong-passwords, throttles.',
            ),
            state: z
              .enum(['OK', 'ALARM', 'INSUFFICIENT_DATA'])
              .check(z.describe('Its state in CloudWatch. It changes neither `healthy` nor the exit code.')),
            since: text('When it got into this state (UTC).'),
          }),
        )
        .check(z.describe('The alarms of the migration, with --alarms; absent if they could not be read.')),
    ),
    running: z.optional(
      text('The run that holds the state file, where there is one: it may still make up what is missing.'),
    ),
    probe: z.optional(
      z
        .object({
          ok: yesOrNo('The function reaches the old pool.'),
          message: text('What came of it, for people.'),
        })
        .check(
          z.describe(
            'Where something of the migration is there: with --probe, or where the last init ended before it had passed.',
          ),
        ),
    ),
    findBy: z.optional(
      z
        .enum(['email', 'phone_number'])
        .check(z.describe('The verified address by which the function finds users (--find-by).')),
    ),
    groups: z.optional(
      z
        .record(z.string(), z.string())
        .check(
          z.describe(
            'The groups to which the function adds users who move, by those of the old pool (--groups).',
          ),
        ),
    ),
    variables: z
      .record(z.string(), z.string())
      .check(z.describe('The tracked variables, as env prints them, of what is there now.')),
    at: z.optional(text('Time of this reading (UTC), with --watch.')),
    report: z.optional(Report),
    configFile: z.optional(text('The config file of the run, if there is one.')),
    notes: z.optional(z.array(Note).check(z.describe('Warnings and hints, where there are any.'))),
  })
  .check(z.meta({ title: 'cognito-migrate status --json', description: 'How a migration stands in AWS.' }));
export type StatusDocument = z.output<typeof StatusDocument>;

/** JSON Schema (draft 2020-12) of the document. It is open: a version may gain members. */
export const statusJsonSchema = (): object => z.toJSONSchema(StatusDocument, { io: 'input' });
