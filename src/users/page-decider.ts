/** Decides on the users of a page, with their MFA if that is read. */
import { AdminGetUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import type { Side } from '../aws/clients.ts';
import { isNamed, isTransient } from '../aws/errors.ts';
import type { Pace } from '../aws/retry.ts';
import type { OldUser } from '../lambda/old-user.ts';
import { hasSecondFactor } from '../lambda/old-user.ts';
import { type Classified, classify, type Known } from './classify.ts';
import type { Budgets } from './limits.ts';
import { type ListedUser, retryTransient } from './stream.ts';

interface Deciding {
  readonly old: { readonly side: Pick<Side, 'idp' | 'idpOnce'>; readonly id: string; readonly arn: string };
  readonly budgets: Budgets;
  readonly pace: Pace;
  /** Whether AdminGetUser is asked about the MFA of each user who can move. */
  readonly readsMfa: boolean;
  /** Whether disabled users are decided on as if they were enabled. */
  readonly countsDisabled?: boolean;
}

export interface Decided {
  readonly user: ListedUser;
  readonly classified: Classified;
}

export interface PageDecider {
  /** Passes each user on at once, so that the data of each decision is freed before the next. */
  decide(users: readonly ListedUser[], each: (decided: Decided) => Promise<void> | void): Promise<void>;
  /** What could not be read, in words for people. */
  missing(): readonly string[];
}

export async function pageDecider(args: Deciding, known: Known): Promise<PageDecider> {
  const mfa = args.readsMfa ? await mfaReader(args) : undefined;
  const decide = (user: OldUser): Promise<Classified> =>
    classify(args.countsDisabled ? { ...user, enabled: true } : user, known);
  const withMfa = async ({ user, classified }: Decided): Promise<Decided> => {
    const isOpen = classified.state === 'waiting' || classified.state === 'by-reset';
    if (mfa === undefined || !isOpen) return { user, classified };
    const described = await mfa.read(user.userName);
    return {
      user,
      classified: described === undefined ? { state: 'unknown' } : await decide(described),
    };
  };
  return {
    async decide(users, each) {
      const first: Decided[] = [];
      for (const user of users) {
        const decided = { user, classified: await decide({ ...user, hasMfa: false }) };
        if (mfa === undefined) await each(decided);
        else first.push(decided);
      }
      for (const decided of await Promise.all(first.map(withMfa))) await each(decided);
    },
    missing: () => mfa?.missing() ?? [],
  };
}

/** Describes single users. A user who is gone, or who cannot be read after retries, is undefined. */
async function mfaReader({ old, budgets, pace }: Deciding) {
  const pacer = await budgets.pacerOf(old.side, old.arn, 'UserRead');
  let failed = 0;
  return {
    async read(Username: string): Promise<OldUser | undefined> {
      const request = new AdminGetUserCommand({ UserPoolId: old.id, Username });
      try {
        const found = await retryTransient(() => pacer.run(() => old.side.idpOnce.send(request)), pace);
        return {
          userName: found.Username ?? Username,
          enabled: found.Enabled ?? true,
          status: found.UserStatus ?? 'UNKNOWN',
          hasMfa: hasSecondFactor(found),
          attributes: (found.UserAttributes ?? []).map(({ Name = '', Value = '' }) => ({
            name: Name,
            value: Value,
          })),
        };
      } catch (error) {
        if (isNamed(error, 'UserNotFoundException')) return undefined;
        if (!isTransient(error)) throw error;
        failed += 1;
        return undefined;
      }
    },
    missing: (): readonly string[] => (failed === 0 ? [] : [`the MFA of ${failed} users`]),
  };
}
