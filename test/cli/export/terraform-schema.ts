/** Holds a Terraform configuration against the published types of the AWS provider (scripts/terraform-schema.mjs). */
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { metaArguments } from './terraform-types.ts';

const Argument = z.strictObject({
  type: z.string(),
  required: z.optional(z.literal(true)),
  get members() {
    return z.optional(z.record(z.string(), Argument));
  },
});
type Members = Readonly<Record<string, z.output<typeof Argument>>>;

const Schema = z.strictObject({
  source: z.strictObject({
    package: z.string(),
    version: z.string(),
    license: z.string(),
    provider: z.string(),
  }),
  resources: z.record(
    z.string(),
    z.strictObject({ arguments: z.record(z.string(), Argument), readable: z.array(z.string()) }),
  ),
});
export type Schema = z.output<typeof Schema>;

export const readSchema = async (): Promise<Schema> =>
  Schema.parse(JSON.parse(await readFile(new URL('terraform-schema.json', import.meta.url), 'utf8')));

const Resources = z.record(z.string(), z.record(z.string(), z.unknown()));
type Resources = z.output<typeof Resources>;

/** The resources of a parsed main.tf. */
export const resourcesIn = (configuration: unknown): Resources =>
  Resources.parse(z.object({ resource: z.unknown() }).parse(configuration).resource);

const Body = z.record(z.string(), z.unknown());
/** The parser prints blocks as lists. */
const bodiesOf = (blocks: unknown) => z.array(Body).parse(blocks);

/** What the provider does not take, a sentence each. */
export function schemaProblems(resources: Resources, { resources: known }: Schema): string[] {
  return Object.entries(resources).flatMap(([type, named]) =>
    Object.values(named).flatMap((block) => {
      const schema = known[type];
      if (schema === undefined) return [`${type} is unknown`];
      return bodiesOf(block).flatMap((body) => {
        const own = Object.fromEntries(
          Object.entries(body).filter(([name]) => !metaArguments.includes(name)),
        );
        return [...bodyProblems(type, own, schema.arguments), ...referenceProblems(own, known)];
      });
    }),
  );
}

function bodyProblems(path: string, body: z.output<typeof Body>, members: Members): string[] {
  const missing = Object.entries(members).filter(([name, { required }]) => required && !(name in body));
  return [
    ...missing.map(([name]) => `${path}.${name} is missing`),
    ...Object.entries(body).flatMap(([name, value]) => {
      const argument = members[name];
      if (argument === undefined) return [`${path}.${name} is unknown`];
      if (argument.members === undefined)
        return isOf(argument.type, value) ? [] : [`${path}.${name} must be ${argument.type}`];
      const bodies = bodiesOf(value);
      return [
        ...(argument.type === 'block' && bodies.length > 1 ? [`${path}.${name} can be there once`] : []),
        ...bodies.flatMap((inner) => bodyProblems(`${path}.${name}`, inner, argument.members ?? {})),
      ];
    }),
  ];
}

const isExpression = (value: unknown): boolean => typeof value === 'string' && /^\$\{[^}]+\}$/.test(value);

/** An expression can have any type: Terraform knows only when it runs. */
function isOf(type: string, value: unknown): boolean {
  if (isExpression(value)) return true;
  const [, outer, inner = ''] = /^(list|map)\((\w+)\)$/.exec(type) ?? [];
  if (outer === 'list') return Array.isArray(value) && value.every((one) => isOf(inner, one));
  if (outer === 'map')
    return (
      typeof value === 'object' &&
      !Array.isArray(value) &&
      Object.values(value ?? {}).every((one) => isOf(inner, one))
    );
  return typeof value === (type === 'bool' ? 'boolean' : type);
}

/** `${aws_iam_role.migration.arn}`: the resource must have what the reference reads. */
function referenceProblems(body: object, known: Schema['resources']): string[] {
  const references = JSON.stringify(body).matchAll(/(?<![\w.])(aws_\w+)\.\w+\.(\w+)/g);
  return [...references].flatMap(([text, type = '', attribute = '']) =>
    known[type]?.readable.includes(attribute) ? [] : [`${text} cannot be read`],
  );
}
