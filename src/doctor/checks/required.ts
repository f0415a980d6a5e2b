/** Attributes that the new pool requires. Without them, Cognito refuses to create the user. */
import { isServiceAttribute } from '../../lambda/settings.ts';
import { vouchesForUsernames } from '../../lambda/vouched.ts';
import { type Case, found, schemaOf, shareOf, type Theme } from '../check.ts';

const why =
  "A required attribute stays required forever. Users without it don't move, because Cognito would refuse them.";

/** CM101, CM102. */
export const required: Theme = (args) =>
  Object.entries(args.settings.schema ?? {})
    .filter(([name, { required }]) => required === true && !isServiceAttribute(name))
    .flatMap(([name]) => lacking(name, args));

function lacking(name: string, args: Case) {
  const { prediction } = args;
  const fix = `--set ${name}=VALUE gives all users the same value. --map OTHER=${name} copies another attribute.`;
  if (!hasSource(name, args)) {
    return found(
      'CM101',
      'blocking',
      `The new pool requires ${name}, but no user of the old pool can have it.`,
      why,
      fix,
    );
  }
  const missing = prediction?.missing.get(name) ?? 0;
  if (prediction === undefined || missing === 0) return [];
  const what = `The new pool requires ${name}, and ${shareOf(missing, prediction)} ${missing === 1 ? 'lacks' : 'lack'} it.`;
  return missing === prediction.users
    ? found('CM101', 'blocking', what, why, fix)
    : found('CM102', 'warning', what, why, fix);
}

/** Whether any rule or the old pool's schema can supply the attribute. */
function hasSource(name: string, { facts, settings }: Case): boolean {
  const { rename, drop, set } = settings.map;
  if (Object.hasOwn(set, name)) return true;
  const old = facts.oldPool && schemaOf(facts.oldPool.pool.SchemaAttributes);
  const isThere = (one: string): boolean => (old === undefined || old.has(one)) && !drop.includes(one);
  if (name === 'email' && vouchesForUsernames(settings.map)) return true;
  const sources = Object.entries(rename).filter(([, target]) => target === name);
  return sources.some(([source]) => isThere(source)) || (isThere(name) && !Object.hasOwn(rename, name));
}
