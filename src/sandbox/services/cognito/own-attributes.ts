/** UpdateUserAttributes and VerifyUserAttribute: signed-in users change and verify their own attributes. */
import type { Call, JsonObject, Operation } from '../../operation.ts';
import { checkWritable } from './client-rules.ts';
import { codeDetails, deliver } from './deliveries.ts';
import { invalidParameter } from './errors.ts';
import { newCode } from './ids.ts';
import { optAttributes, str } from './input.ts';
import { member, texts } from './pool-config.ts';
import { cognitoSettings } from './settings.ts';
import { checkUserCode } from './sign-up.ts';
import type { Contact, Pool, User } from './state.ts';
import { accessTokenOwner } from './tokens.ts';
import { updateOrRestore } from './user-admin.ts';
import { touchUser } from './user-store.ts';

const codeLifeMs = 24 * 60 * 60_000;

const contacts: readonly Contact[] = ['email', 'phone_number'];

const update: Operation = (call) => {
  const { pool, client, user } = accessTokenOwner(call.world, str(call.input, 'AccessToken'));
  const changes = optAttributes(call.input, 'UserAttributes') ?? new Map<string, string>();
  checkWritable(pool, client, changes.keys(), cognitoSettings(call.world).writesWithoutList);
  const changed = contacts.filter((name) => changedTo(user, changes, name) !== undefined);
  // "Amazon Cognito doesn't change the value of the attribute until your user responds" (UserAttributeUpdateSettingsType).
  const settings = member(pool.config, 'UserAttributeUpdateSettings');
  const waiting = changed.filter((name) =>
    texts(settings, 'AttributesRequireVerificationBeforeUpdate').includes(name),
  );
  updateOrRestore(pool, user, new Map([...changes].filter(([name]) => !waiting.some((one) => one === name))));
  const auto = texts(pool.config, 'AutoVerifiedAttributes');
  const sent = changed
    .filter((name) => waiting.includes(name) || auto.includes(name))
    .map((name) => sendCode(call, pool, user, name, changes.get(name) ?? ''));
  touchUser(call.world, user);
  return { CodeDeliveryDetailsList: sent };
};

/** The new value of an email address or phone number; undefined if it is unchanged or deleted. */
function changedTo(user: User, changes: ReadonlyMap<string, string>, name: Contact): string | undefined {
  const value = changes.get(name);
  return value === undefined || value === '' || value === user.attributes.get(name) ? undefined : value;
}

function sendCode(call: Call, pool: Pool, user: User, name: Contact, destination: string): JsonObject {
  const to = { medium: name === 'email' ? 'EMAIL' : 'SMS', destination } as const;
  const code = newCode(call.world);
  deliver(call.world, pool, user, 'attribute', to, code);
  const expires = call.world.now() + codeLifeMs;
  user.attributeCodes = { ...user.attributeCodes, [name]: { value: code, expires, destination } };
  return codeDetails(to);
}

const verify: Operation = (call) => {
  const { pool, user } = accessTokenOwner(call.world, str(call.input, 'AccessToken'));
  const asked = str(call.input, 'AttributeName');
  const name = contacts.find((one) => one === asked);
  if (name === undefined) throw invalidParameter('Attribute is not verifiable.');
  const code = user.attributeCodes?.[name];
  checkUserCode(code, str(call.input, 'Code'), call.world.now());
  updateOrRestore(
    pool,
    user,
    new Map([
      [name, code?.destination ?? ''],
      [`${name}_verified`, 'true'],
    ]),
  );
  user.attributeCodes = { ...user.attributeCodes, [name]: undefined };
  touchUser(call.world, user);
  return {};
};

export const ownAttributeOperations = {
  UpdateUserAttributes: update,
  VerifyUserAttribute: verify,
} satisfies Record<string, Operation>;
