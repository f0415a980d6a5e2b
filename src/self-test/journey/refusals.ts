/** Users who are refused, and the messages to them and in the function's log. */

import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { isNamed } from '../../aws/errors.ts';
import { retry } from '../../aws/retry.ts';
import type { Check, Seen } from '../check.ts';
import { retryOptions } from '../fixtures/retry.ts';
import { answerText } from '../fixtures/sign-in.ts';
import type { Person, SelfTestScene, ThrowAwayClient } from '../scene.ts';
import { presence } from './sign-ins.ts';
import { everybody, type Stage } from './stage.ts';

const flow = 'USER_PASSWORD_AUTH';

/** Tries a wrong password of a user who could move, and an unknown name. */
async function guess(scene: SelfTestScene, client: ThrowAwayClient, person: Person): Promise<Seen> {
  const stranger = scene.stranger(client.pool);
  const wrong = answerText(await scene.signInSettled(client, person, flow, stranger.password));
  const unknown = answerText(await scene.signInSettled(client, stranger, flow));
  const user = await scene.userIn(client.pool, person.username);
  return {
    same: wrong === unknown && wrong !== 'tokens' && user === undefined,
    seen: `${client.name}: wrong password "${wrong}", unknown user "${unknown}", ${presence(user)}`,
  };
}

export function refusalChecks({ migration, clients, people }: Stage): readonly Check[] {
  return [
    {
      id: 'wrong-and-unknown',
      title: 'a wrong password and an unknown user get the same answer, and create nobody',
      kind: 'promise',
      documented:
        'for both the function returns the event as it came; which answer that becomes depends on PreventUserExistenceErrors',
      async run(scene): Promise<Seen> {
        const seen = [
          await guess(scene, clients.web, people.guessed),
          await guess(scene, clients.hiding, people.guessed),
        ];
        return {
          same: seen.every(({ same }) => same),
          seen: seen.map((one) => one.seen).join('; '),
        };
      },
    },
    {
      id: 'refused-users',
      title: 'users who cannot sign in to the old pool with the password alone do not move',
      kind: 'promise',
      documented:
        'disabled and unconfirmed users, those with a temporary password, who must reset theirs or have a second factor, get no tokens and are never CONFIRMED',
      async run(scene): Promise<Seen> {
        const seen: Seen[] = [];
        for (const person of people.refused) {
          const answer = await scene.signInSettled(clients.web, person, flow);
          const user = await scene.userIn(clients.web.pool, person.username);
          seen.push({
            same: answer.kind !== 'tokens' && user?.status !== 'CONFIRMED',
            seen: `${person.kind}: ${answerText(answer)}, ${presence(user)}`,
          });
        }
        return { same: seen.every(({ same }) => same), seen: seen.map((one) => one.seen).join('; ') };
      },
    },
    {
      id: 'forgot-password-refused',
      title: 'a password reset moves no user who could not finish it',
      kind: 'promise',
      documented:
        'disabled and unconfirmed users, those with a temporary password or a second factor, and unknown names stay out',
      async run(scene): Promise<Seen> {
        const out = people.refused.filter(
          ({ kind }) => kind !== 'reset-required' && kind !== 'force-change-password',
        );
        const seen: Seen[] = [];
        for (const { kind, username } of [...out, { ...scene.stranger(clients.web.pool), kind: 'unknown' }]) {
          const answer = await scene.forgotPassword(clients.web, username);
          const user = await scene.userIn(clients.web.pool, username);
          seen.push({ same: user === undefined, seen: `${kind}: ${answerText(answer)}, ${presence(user)}` });
        }
        return { same: seen.every(({ same }) => same), seen: seen.map((one) => one.seen).join('; ') };
      },
    },
    {
      id: 'quiet-log',
      title: 'the log of the function names nobody',
      kind: 'promise',
      documented:
        'one line for each event with outcome, reason and duration; no username, value, password or token',
      async run(scene): Promise<Seen> {
        const lines = await writtenLines(scene, `/aws/lambda/${migration.name}`);
        const all = everybody(people);
        const said = lines.filter((line) =>
          all.some(({ username, password }) => line.includes(username) || line.includes(password)),
        );
        return {
          same: lines.length > 0 && said.length === 0,
          seen: `${lines.length} lines, ${said.length} with a username or password of the ${all.length} users in them`,
        };
      },
    },
  ];
}

/** The log's lines. CloudWatch Logs takes some seconds to show them. */
async function writtenLines(scene: SelfTestScene, group: string): Promise<string[]> {
  const read = async (): Promise<string[]> => {
    const lines = await logLines(scene.sides.new.logs, group);
    if (lines.some((line) => line.includes('"outcome"'))) return lines;
    throw new NothingYet();
  };
  const options = retryOptions(scene, 60_000, 'CloudWatch Logs has to show the log');
  return retry(read, (error) => error instanceof NothingYet, options);
}

class NothingYet extends Error {
  override readonly name = 'NothingYet';
  override readonly message = 'the log has no line of the function yet';
}

/** Empty if the log group doesn't exist yet. */
async function logLines(logs: CloudWatchLogsClient, logGroupName: string): Promise<string[]> {
  const lines: string[] = [];
  try {
    for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, { logGroupName })) {
      lines.push(...events.flatMap(({ message }) => message ?? []));
    }
  } catch (error) {
    if (!isNamed(error, 'ResourceNotFoundException')) throw error;
  }
  return lines;
}
