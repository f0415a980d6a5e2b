/** The document that `status --json` prints. `status --json-schema` prints its JSON Schema. */
import * as z from 'zod/mini';
import { Finished, StepStatus } from './migration-document.ts';
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
      name: text('Its name, or its ID if the pool could not be read.'),
      users: z
        .nullable(z.number())
        .check(z.describe("Cognito's own estimate of its users. Null if the pool could not be read.")),
      gone: z.optional(yesOrNo('True if the pool does not exist in that account and Region.')),
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
      refused: count('Attempts of users whom the function refuses, for example because of MFA.'),
      failed: count('Attempts that failed for a reason that does not concern the user.'),
      squattingRefused: z.optional(
        count(
          'Sign-ups with names of the old pool that the guard refused (--guard-sign-up). Absent if none.',
        ),
      ),
    })
    .check(z.describe(sentence));

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
    as: z.optional(text('ARN of the principal that was denied.')),
    reason: z.optional(text("AWS's reason, in its own words.")),
  })
  .check(z.describe('Why the log could not be read. The numbers are then meaningless.'));

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
    ok: yesOrNo('The command itself succeeded. `healthy` shows whether the migration works.'),
    command: z.literal('status').check(z.describe('The command that printed this.')),
    version: z
      .literal(statusVersion)
      .check(
        z.describe(
          'Version of this document. New members do not change it. Ignore members that you do not know.',
        ),
      ),
    code: z.optional(
      z
        .enum(['NOBODY_CAN_MOVE', 'CM116', 'CM122'])
        .check(
          z.describe(
            'Everything is in place, but no app client of the new pool accepts passwords. With CM116, anyone can sign up in the old pool with the address of another user as the username.',
          ),
        ),
    ),
    healthy: yesOrNo(
      'Everything is as it should be: exit code 0. Otherwise the exit code is 8 if `code` is present, and 5 if it is not.',
    ),
    verdict: z.optional(
      text('Whether users can move and, if not, the effect on users. One line for people.'),
    ),
    installed: yesOrNo('Some resource of this migration exists.'),
    account: text("The new pool's AWS account."),
    oldUserPool: pool('The pool that users come from.'),
    newUserPool: pool('The pool that users go to.'),
    since: z
      .nullable(z.string())
      .check(z.describe('When the trigger was set (UTC). Null if the state file does not have it.')),
    steps: z.array(StepStatus).check(z.describe('All resources of the migration.')),
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
        moved: z.optional(
          z
            .object({
              users: count('Users of the old pool who had moved.'),
              at: text('When they were counted (UTC).'),
              exact: yesOrNo(
                'The count rests on the old sub that the new user keeps. If false, it is a guess from names.',
              ),
            })
            .check(
              z.describe(
                'The last count by `users`; absent if the state file has none. Hand-overs are not it.',
              ),
            ),
        ),
        reasons: z
          .record(z.string(), z.number())
          .check(
            z.describe(
              'Number of sign-ins by "outcome/reason". Empty if the counts come from metrics; see logs --json.',
            ),
          ),
        complete: yesOrNo('Everything was counted. If false, the true numbers can be higher.'),
        unread: z.optional(
          text('Code of the error when the log was read. The numbers are then meaningless.'),
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
              'Which one, as the key of its step: failures, nobody-moves, wrong-passwords, throttles, dropped-events.',
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
      text('The run that holds the state file, if there is one. It may still create what is missing.'),
    ),
    probe: z.optional(
      z
        .object({
          ok: yesOrNo('The function reaches the old pool.'),
          message: text('The result, for people.'),
        })
        .check(
          z.describe(
            'The test call of the function. Present with --probe, or if the last init ended before its test call succeeded.',
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
    groupsInFirstToken: z.optional(
      z
        .boolean()
        .check(z.describe('Whether these groups are in the first token too (--groups-in-first-token).')),
    ),
    moveOnce: z.optional(
      z
        .enum(['disable', 'mark'])
        .check(z.describe('What the function does to the old user after a move (--move-once).')),
    ),
    guard: z.optional(
      z
        .enum(['local', 'federated'])
        .check(
          z.describe(
            'Sign-ups with names of the old pool are refused: those of local users, or of federated ones too (--guard-sign-up).',
          ),
        ),
    ),
    chain: z.optional(
      z
        .object({
          migrations: z
            .array(
              z.object({
                name: text('Name of the migration and its function.'),
                oldUserPoolId: text('ID of its old pool.'),
                own: yesOrNo('It is the migration that this document is about.'),
              }),
            )
            .check(z.describe('In the order in which they are asked.')),
          broken: z.optional(
            z
              .object({
                function: text('Name of the function at which the chain ends too early.'),
                reason: z
                  .enum(['gone', 'foreign', 'unreadable', 'circle', 'too-long'])
                  .check(z.describe('Why.')),
              })
              .check(z.describe('Absent if the chain is whole.')),
          ),
        })
        .check(
          z.describe(
            'The migrations into the same pool, in the order in which their functions decide (--chain).',
          ),
        ),
    ),
    variables: z
      .record(z.string(), z.string())
      .check(z.describe('The tracked variables of the existing resources, as env prints them.')),
    at: z.optional(text('Time of this reading (UTC), with --watch.')),
    finish: z.optional(Finished),
    importRole: z.optional(
      text('Name of the role of imports, while one runs or if a killed one has left it.'),
    ),
    report: z.optional(Report),
    configFile: z.optional(text('The config file of the run, if there is one.')),
    notes: z.optional(z.array(Note).check(z.describe('Warnings and hints, if there are any.'))),
  })
  .check(z.meta({ title: 'cognito-migrate status --json', description: 'The state of a migration in AWS.' }));
export type StatusDocument = z.output<typeof StatusDocument>;

/** JSON Schema (draft 2020-12) of the document. It is open: a version may gain members. */
export const statusJsonSchema = (): object => z.toJSONSchema(StatusDocument, { io: 'input' });
