/** How apps sign in: the part that `sign-ins --json`, `status --json`, and `logs --json` share. */
import * as z from 'zod/mini';

const text = (sentence: string) => z.string().check(z.describe(sentence));
const count = (sentence: string) => z.number().check(z.describe(sentence));
const unknownOrCount = (sentence: string) =>
  z.nullable(z.number()).check(z.describe(`${sentence}; null if it could not be read.`));

/** What an app does. `unknown` stands for sign-ins whose flow nobody recorded. */
export const verdicts = [
  'not-switched',
  'suspected-srp',
  'partly-switched',
  'choice-based',
  'unknown',
  'too-few',
  'managed-login',
  'switched',
  'no-sign-ins',
] as const;
export type Verdict = (typeof verdicts)[number];

const Flow = z.object({
  flow: text('The flow, as in USER_SRP_AUTH, or "managed login" or "forgot password".'),
  count: count('Sign-ins with this flow.'),
  failed: count('Failed ones among them.'),
  first: text('Time of the first one (UTC).'),
  last: text('Time of the last one (UTC).'),
});

const Client = z.object({
  id: text('ID of the app client.'),
  name: text('Name of the app client.'),
  verdict: z.enum(verdicts).check(z.describe('What its sign-ins show about the app.')),
  attempts: unknownOrCount("Attempts to sign in, from Cognito's metric"),
  successes: unknownOrCount('Successful ones among them'),
  flows: z.array(Flow).check(z.describe('Sign-ins by flow, from the event history of CloudTrail.')),
});

const Covered = z.object({
  event: text('Name of the event.'),
  complete: z
    .boolean()
    .check(z.describe('All events since `since` were read. If false, only the newest ones were.')),
  from: text('Start of the period that was read (UTC).'),
  to: text('End of the period that was read (UTC).'),
});

export const SignIns = z
  .object({
    since: text('Start of the period (UTC).'),
    until: text('End of the period (UTC).'),
    reachedFunction: unknownOrCount('Sign-ins that reached the function'),
    clients: z.array(Client).check(z.describe('The app clients of the new pool.')),
    covered: z.array(Covered).check(z.describe('The period that was read of each kind of event.')),
    unread: z.array(z.string()).check(z.describe('Error codes of the sources that could not be read.')),
  })
  .check(
    z.describe('How apps sign in to the new pool. In status and logs: only if nothing reaches the function.'),
  );
export type SignIns = z.output<typeof SignIns>;
