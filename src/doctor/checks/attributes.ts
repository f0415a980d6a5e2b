/** Attributes that are lost, don't fit, or can never change again. */
import type { SchemaAttributeType } from '@aws-sdk/client-cognito-identity-provider';
import { type AttributeFault, isAlwaysDropped, UNVOUCHED_ALIAS } from '../../lambda/attributes.ts';
import { isServiceAttribute } from '../../lambda/settings.ts';
import { type Case, found, quoted, schemaOf, shareOf, type Theme } from '../check.ts';
import type { Prediction } from '../predict.ts';

/** CM103, CM105, CM106, CM107, CM114. */
export const attributes: Theme = (args) => [
  ...lost(args),
  ...refused(args),
  ...narrower(args),
  ...immutable(args),
  ...preferredUsername(args),
];

/** Whether an old attribute is copied under its own name. */
const isCopied = (name: string, { settings }: Case): boolean =>
  !isServiceAttribute(name) && !settings.map.drop.includes(name) && !Object.hasOwn(settings.map.rename, name);

function lost(args: Case) {
  const { facts, settings, prediction } = args;
  const newSchema = settings.schema ?? {};
  const old = schemaOf(facts.oldPool?.pool.SchemaAttributes);
  const names = [...old.keys()].filter((name) => isCopied(name, args) && !Object.hasOwn(newSchema, name));
  const counts = names.map((name) => ({ name, users: prediction?.held.get(name) ?? 0 }));
  const wanted = prediction === undefined ? counts : counts.filter(({ users }) => users > 0);
  const why =
    'The function returns only attributes that the new pool has. With any other, Cognito refuses the user.';
  const used = wanted.flatMap(({ name, users }) =>
    found(
      'CM103',
      'warning',
      `${name} is lost, because the new pool has no such attribute${prediction === undefined ? '' : `. ${shareOf(users, prediction)} ${users === 1 ? 'has' : 'have'} it`}.`,
      why,
      `Add the attribute to the new pool, copy it to another one with --map ${name}=OTHER, or confirm the loss with --drop ${name}.`,
    ),
  );
  const unused = names.filter((name) => !wanted.some((one) => one.name === name));
  if (unused.length === 0) return used;
  const what = `The new pool has no ${quoted(unused)}. None of the checked users has a value there.`;
  return [...used, ...found('CM103', 'info', what, why, 'Nothing to do, unless other users have a value.')];
}

function refused({ prediction, settings }: Case) {
  if (prediction === undefined) return [];
  const drops = settings.onBadAttribute === 'drop';
  const faulty = [...prediction.bad].filter(([fault]) => fault !== UNVOUCHED_ALIAS); // CM114
  return faulty.flatMap(([fault, users]) => {
    const [name = '', reason = ''] = splitLast(fault);
    return found(
      'CM105',
      'warning',
      `The new pool rejects ${name} for ${shareOf(users, prediction)} (${faultOf.get(reason) ?? reason}).`,
      drops || isAlwaysDropped(fault) ? 'These users move without it.' : "These users don't move.",
      remedyOf(fault, drops),
    );
  });
}

const faults: Readonly<Record<AttributeFault, string>> = {
  type: 'wrong type',
  length: 'wrong length',
  range: 'out of range',
  format: 'wrong format',
  form: 'a number format that AWS may refuse, such as 1.50, +1, 1e3, or 007',
  unverified: 'not verified, but it would be a sign-in name',
  unvouched: 'not proven to be theirs',
};
const faultOf: ReadonlyMap<string, string> = new Map(Object.entries(faults));

function remedyOf(fault: string, drops: boolean): string {
  if (fault.endsWith(':unverified')) return 'Let users verify it in the old pool first.';
  if (fault.endsWith(':form'))
    return 'Write it as a whole number in the old pool, or copy it to a String attribute with --map.';
  return drops
    ? 'To keep these users in the old pool instead: --on-bad-attribute refuse.'
    : 'To move them without it: --on-bad-attribute drop.';
}

/** Splits `custom:plan:length` into the attribute custom:plan and the fault length. */
function splitLast(text: string): readonly [string, string] {
  const at = text.lastIndexOf(':');
  return [text.slice(0, at), text.slice(at + 1)];
}

function narrower(args: Case) {
  const { facts, settings, prediction } = args;
  const old = schemaOf(facts.oldPool?.pool.SchemaAttributes);
  const newSchema = schemaOf(facts.newPool.pool.SchemaAttributes);
  const names = [...old].flatMap(([name, before]) => {
    const target = settings.map.rename[name] ?? name;
    const after = newSchema.get(target);
    const isRenamed = name !== 'sub' && Object.hasOwn(settings.map.rename, name); // for sub see CM121
    const isMoved = isCopied(name, args) || isRenamed;
    return isMoved && after !== undefined && isNarrower(before, after) ? [target] : [];
  });
  const silent = names.filter(
    (name) => ![...(prediction?.bad.keys() ?? [])].some((bad) => bad.startsWith(`${name}:`)),
  );
  if (silent.length === 0) return [];
  return found(
    'CM106',
    'info',
    `${quoted(silent)}: the type differs, or the limits are narrower in the new pool.`,
    "All checked values fit. Other values may not fit. Then they are dropped, or their user doesn't move.",
    '--on-bad-attribute drop or refuse chooses between the two.',
  );
}

function isNarrower(before: SchemaAttributeType, after: SchemaAttributeType): boolean {
  if (before.AttributeDataType !== after.AttributeDataType) return true;
  const [from, to] = [limits(before), limits(after)];
  return to.min > from.min || to.max < from.max;
}

function limits({
  StringAttributeConstraints: text,
  NumberAttributeConstraints: amount,
}: SchemaAttributeType) {
  const longest = text === undefined ? Number.POSITIVE_INFINITY : 2048;
  const least = text === undefined ? Number.NEGATIVE_INFINITY : 0;
  return {
    min: Number(amount?.MinValue ?? text?.MinLength ?? least),
    max: Number(amount?.MaxValue ?? text?.MaxLength ?? longest),
  };
}

function immutable({ facts, settings }: Case) {
  const old = schemaOf(facts.oldPool?.pool.SchemaAttributes);
  const names = [...schemaOf(facts.newPool.pool.SchemaAttributes)].flatMap(([name, { Mutable }]) =>
    Mutable === false &&
    !isServiceAttribute(name) &&
    settings.map.rename.sub !== name &&
    old.get(name)?.Mutable !== false
      ? [name]
      : [],
  );
  if (names.length === 0) return [];
  return found(
    'CM107',
    'info',
    `${quoted(names)} can never change in the new pool.`,
    'Cognito writes an immutable attribute only when it creates the user. A user who moves without it never gets it.',
    '--drop leaves it empty. --map and --set fill it from elsewhere.',
  );
}

function preferredUsername({ facts, prediction }: Case) {
  const users = prediction?.filled.get('preferred_username') ?? 0;
  const isAlias = facts.newPool.pool.AliasAttributes?.includes('preferred_username') ?? false;
  if (!isAlias || prediction === undefined) return [];
  const left = prediction.bad.get(UNVOUCHED_ALIAS) ?? 0;
  const others =
    left === 0
      ? []
      : found(
          'CM114',
          'warning',
          `preferred_username is an alias in the new pool but not unique in the old one. ${shareOf(left, prediction)} ${left === 1 ? 'moves' : 'move'} without it.`,
          "An alias is a sign-in name, and users write it themselves. So a user could take another user's name. It moves only if it is the user's own old username, or the same alias in an old pool that is as strict about letter case.",
          'Let users set it again in the new pool, where it is unique.',
        );
  if (users === 0) return others;
  return [...others, ...aliasAtCreation(users, prediction)];
}

function aliasAtCreation(users: number, prediction: Prediction) {
  return found(
    'CM114',
    'warning',
    `preferred_username is an alias in the new pool, and ${shareOf(users, prediction)} ${users === 1 ? 'has' : 'have'} one.`,
    'AWS documents that it can be set only after a user is confirmed. So these migrations may fail (Developer Guide, user pool attributes).',
    'If a first sign-in fails, use --drop preferred_username.',
  );
}
