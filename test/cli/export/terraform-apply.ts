/** A Terraform configuration, as the provider applies it: parsed by Terraform's own parser, made on the local AWS. */
import { parse } from '@cdktf/hcl2json';
import type { Made, Makers } from './makers.ts';
import { metaArguments, resourceTypes } from './terraform-types.ts';

type Said = ReturnType<typeof JSON.parse>;
type Arguments = Readonly<Record<string, Said>>;

export interface TerraformConfiguration {
  readonly terraform: readonly Arguments[];
  readonly resource: Readonly<Record<string, Readonly<Record<string, readonly Arguments[]>>>>;
  readonly provider: { readonly aws: readonly Arguments[] };
  readonly variable?: Readonly<Record<string, readonly Arguments[]>>;
  readonly output: Readonly<Record<string, readonly { readonly value: string }[]>>;
}

/** What the text says; blocks are lists, expressions stand in `${}`. */
export const configurationOf = async (text: string): Promise<TerraformConfiguration> =>
  JSON.parse(JSON.stringify(await parse('main.tf', text)));

/** Resources, arguments and references that the provider does not know, and required ones that are missing. */
export function wrongArguments({ resource, variable = {} }: TerraformConfiguration): string[] {
  const known = new Set([
    ...Object.entries(resource).flatMap(([type, named]) =>
      Object.keys(named).map((name) => `${type}.${name}`),
    ),
    ...Object.keys(variable).map((name) => `var.${name}`),
  ]);
  const referred = [...JSON.stringify(resource).matchAll(/\$\{((?:aws_\w+|var)\.\w+)/g)];
  return [
    ...referred.flatMap(([, name = '']) => (known.has(name) ? [] : [`there is no ${name}`])),
    ...Object.entries(resource).flatMap(([type, named]) =>
      Object.values(named).flatMap(([body = {}]) => {
        const { required, members } = resourceTypes[type] ?? { required: ['to be known'], members: {} };
        const names = Object.keys(body).filter((name) => !metaArguments.includes(name));
        return [
          ...names.filter((name) => !(name in members)).map((name) => `${type}.${name} is unknown`),
          ...required.filter((name) => !names.includes(name)).map((name) => `${type}.${name} is missing`),
        ];
      }),
    ),
  ];
}

const module = `\${path.module}`;

/** Makes every resource, and returns the outputs. */
export async function apply(
  { resource, output }: TerraformConfiguration,
  given: Readonly<Record<string, string>>,
  makers: Makers,
): Promise<Record<string, unknown>> {
  const made = new Map<string, Promise<Made>>();
  const one = (address: string): Promise<Made> => {
    const begun = made.get(address) ?? make(address);
    made.set(address, begun);
    return begun;
  };
  const make = async (address: string): Promise<Made> => {
    const [type = '', name = ''] = address.split('.');
    const body = resource[type]?.[name]?.[0] ?? {};
    for (const before of body.depends_on ?? []) await one(String(before).slice(2, -1));
    const { members, make: maker } = resourceTypes[type] ?? {};
    if (maker === undefined) throw new Error(`there is no ${address}`);
    const input: Record<string, unknown> = {};
    for (const [argument, value] of Object.entries(body))
      if (!metaArguments.includes(argument)) input[members?.[argument] ?? argument] = await evaluated(value);
    return maker(makers)(input);
  };
  const evaluated = async (value: unknown): Promise<unknown> => {
    if (typeof value === 'string') return textOf(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return Promise.all(value.map(evaluated));
    const members = Object.entries(value).map(
      async ([key, member]) => [await textOf(key), await evaluated(member)] as const,
    );
    return Object.fromEntries(await Promise.all(members));
  };
  const textOf = async (text: string): Promise<unknown> => {
    const [, encoded] = /^\$\{jsonencode\(([\s\S]*)\)\}$/.exec(text) ?? [];
    if (encoded !== undefined) {
      const { locals } = JSON.parse(JSON.stringify(await parse('x.tf', `locals {\n  x = ${encoded}\n}\n`)));
      return JSON.stringify(await evaluated(locals[0].x));
    }
    const [, type, name, attribute = ''] = /^\$\{(aws_\w+)\.(\w+)\.(\w+)\}$/.exec(text) ?? [];
    if (type !== undefined) return (await one(`${type}.${name}`)).attributes[attribute];
    const [, variable = ''] = /^\$\{var\.(\w+)\}$/.exec(text) ?? [];
    if (variable !== '') return given[variable];
    if (text === `\${filebase64sha256("${module}/handler.zip")}`) return 'hash of ./handler.zip';
    return text.replace(module, '.').replaceAll(/([$%])\1\{/g, '$1{');
  };
  for (const [type, named] of Object.entries(resource))
    for (const name of Object.keys(named)) await one(`${type}.${name}`);
  const values = Object.entries(output).map(
    async ([name, [first]]) => [name, await evaluated(first?.value)] as const,
  );
  return Object.fromEntries(await Promise.all(values));
}
