/** config-schema: prints the JSON Schema of the config file. Does not call AWS. */
import * as z from 'zod/mini';
import type { ExitKind } from '../../../core/errors.ts';
import { jsonText } from '../../../core/printable.ts';
import { acceptedMembers, type ConfigMember } from '../../../core/variables/config-members.ts';
import { declarationOf, flagOf } from '../../../core/variables/index.ts';
import type { Context } from '../../context.ts';

export async function configSchema({ io }: Context): Promise<ExitKind> {
  io.stdout.write(`${jsonText(configJsonSchema(), 2)}\n`);
  return 'ok';
}

/** JSON Schema (draft 2020-12). The program checks more, such as whether two rules contradict each other. */
export const configJsonSchema = (): object => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'cognito-migrate.config.json',
  description: 'A migration of cognito-migrate: its pools, app clients, names, tags, and settings.',
  type: 'object',
  properties: {
    $schema: { type: 'string', description: 'Where editors find this schema.' },
    ...Object.fromEntries(acceptedMembers.map((member) => [member.member, memberSchema(member)])),
  },
  additionalProperties: false,
});

function memberSchema({ name }: ConfigMember): object {
  const { schema, describe, clearable, default: usual } = declarationOf(name);
  const {
    $schema: _,
    readOnly: _list,
    ...value
  } = z.toJSONSchema(schema(), { unrepresentable: 'any', io: 'input' });
  return {
    description: `${describe.replace(' (repeatable)', '').replace('(repeatable; ', '(')} (${flagOf(name)})`,
    ...(usual === undefined ? {} : { default: usual }),
    ...(clearable ? { anyOf: [{ const: 'none' }, value] } : value),
  };
}
