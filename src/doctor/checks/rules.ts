/** Rules of --map, --drop, and --set for attributes that a pool doesn't have. */
import type { Finding } from '../../core/findings.ts';
import { nearest } from '../../core/near.ts';
import { type Case, found, quoted, schemaOf, type Theme } from '../check.ts';
import { isVouching } from './vouched.ts';

/** CM123, CM125. */
export const rules: Theme = (args) => [...withoutTarget(args), ...withoutSource(args)];

function withoutTarget({ settings }: Case): readonly Finding[] {
  const { rename, set } = settings.map;
  const { schema = {} } = settings;
  const names = [...Object.values(rename), ...Object.keys(set)].filter(
    (name) => !Object.hasOwn(schema, name),
  );
  if (names.length === 0) return [];
  return found(
    'CM123',
    'warning',
    `A rule writes ${quoted(names)}, but the new pool has no such attribute.`,
    'The function leaves out attributes that the new pool lacks, so the rule does nothing.',
    `${suggested(names, Object.keys(schema))}Correct --map or --set, or add the attribute to the new pool.`,
  );
}

/** Rules for attributes that the old pool lacks. An unreadable old pool may have any attribute. */
function withoutSource({ facts, inputs, settings }: Case): readonly Finding[] {
  if (facts.oldPool === undefined) return [];
  const attributes = [...schemaOf(facts.oldPool.pool.SchemaAttributes).keys()];
  // The username is not an attribute, but one rule exists for it.
  const sources = isVouching(inputs, facts.oldPool.pool) ? ['username'] : [];
  const { rename, drop } = settings.map;
  const names = [
    ...new Set([...Object.keys(rename).filter((name) => !sources.includes(name)), ...drop]),
  ].filter((name) => !attributes.includes(name));
  if (names.length === 0) return [];
  return found(
    'CM125',
    'warning',
    `The old pool has no attribute ${quoted(names)}, so ${names.length === 1 ? 'its rule does' : 'their rules do'} nothing.`,
    'The attribute that you meant is copied under its own name, or lost.',
    `${suggested(names, attributes)}Correct --map or --drop.`,
  );
}

/** For example, `Did you mean custom:plan? `. Custom attributes are often written without their prefix. */
function suggested(names: readonly string[], attributes: readonly string[]): string {
  const meant = names.flatMap(
    (name) =>
      attributes.find((one) => one === `custom:${name}`) ?? nearest(name, attributes, (one) => one) ?? [],
  );
  return meant.length === 0 ? '' : `Did you mean ${quoted(meant)}? `;
}
