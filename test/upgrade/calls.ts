/** Changes in AWS as calls of its APIs: what version 1.0.0 sent, to be sent again. */

import {
  CreateLogGroupCommand,
  type CreateLogGroupCommandInput,
  PutRetentionPolicyCommand,
  type PutRetentionPolicyCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  AddCustomAttributesCommand,
  type AddCustomAttributesCommandInput,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  SetUserPoolMfaConfigCommand,
  type SetUserPoolMfaConfigCommandInput,
  UpdateUserPoolClientCommand,
  type UpdateUserPoolClientCommandInput,
  UpdateUserPoolCommand,
  type UpdateUserPoolCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  AttachRolePolicyCommand,
  type AttachRolePolicyCommandInput,
  CreatePolicyCommand,
  type CreatePolicyCommandInput,
  CreateRoleCommand,
  type CreateRoleCommandInput,
  PutRolePolicyCommand,
  type PutRolePolicyCommandInput,
} from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  type AddPermissionCommandInput,
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  TagResourceCommand,
  type TagResourceCommandInput,
} from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { given } from '../support/errors.ts';
import { type Sdk, sdkOf } from '../support/sdk.ts';

/** One call, with names in braces for what is another one each time. */
export const Call = z.strictObject({
  account: z.string(),
  region: z.string(),
  /** `iam:CreateRole` */
  call: z.string(),
  input: z.record(z.string(), z.unknown()),
});
export type Call = z.output<typeof Call>;

interface Sent {
  /** ID of the app client that was made. */
  readonly clientId?: string | undefined;
}

/** What was sent to this API once; the API itself refuses what is none of its input. */
const sent = <T>() => z.custom<T>((value) => typeof value === 'object' && value !== null);

type Send = (clients: Sdk, input: unknown) => Promise<Sent>;

/** A call whose answer nothing later needs. */
const plain =
  <T>(send: (clients: Sdk, input: T) => Promise<unknown>): Send =>
  async (clients, input) => {
    await send(clients, sent<T>().parse(input));
    return {};
  };

const sendersOf = (zip: Uint8Array): Readonly<Record<string, Send>> => ({
  'iam:CreateRole': plain(({ iam }, input: CreateRoleCommandInput) => iam.send(new CreateRoleCommand(input))),
  'iam:PutRolePolicy': plain(({ iam }, input: PutRolePolicyCommandInput) =>
    iam.send(new PutRolePolicyCommand(input)),
  ),
  'iam:CreatePolicy': plain(({ iam }, input: CreatePolicyCommandInput) =>
    iam.send(new CreatePolicyCommand(input)),
  ),
  'iam:AttachRolePolicy': plain(({ iam }, input: AttachRolePolicyCommandInput) =>
    iam.send(new AttachRolePolicyCommand(input)),
  ),
  'logs:CreateLogGroup': plain(({ logs }, input: CreateLogGroupCommandInput) =>
    logs.send(new CreateLogGroupCommand(input)),
  ),
  'logs:PutRetentionPolicy': plain(({ logs }, input: PutRetentionPolicyCommandInput) =>
    logs.send(new PutRetentionPolicyCommand(input)),
  ),
  'lambda:CreateFunction': plain(({ lambda }, input: CreateFunctionCommandInput) =>
    lambda.send(new CreateFunctionCommand({ ...input, Code: { ZipFile: zip } })),
  ),
  'lambda:AddPermission': plain(({ lambda }, input: AddPermissionCommandInput) =>
    lambda.send(new AddPermissionCommand(input)),
  ),
  'lambda:TagResource': plain(({ lambda }, input: TagResourceCommandInput) =>
    lambda.send(new TagResourceCommand(input)),
  ),
  'cognito-idp:AddCustomAttributes': plain(({ idp }, input: AddCustomAttributesCommandInput) =>
    idp.send(new AddCustomAttributesCommand(input)),
  ),
  'cognito-idp:UpdateUserPool': plain(({ idp }, input: UpdateUserPoolCommandInput) =>
    idp.send(new UpdateUserPoolCommand(input)),
  ),
  'cognito-idp:SetUserPoolMfaConfig': plain(({ idp }, input: SetUserPoolMfaConfigCommandInput) =>
    idp.send(new SetUserPoolMfaConfigCommand(input)),
  ),
  'cognito-idp:UpdateUserPoolClient': plain(({ idp }, input: UpdateUserPoolClientCommandInput) =>
    idp.send(new UpdateUserPoolClientCommand(input)),
  ),
  'cognito-idp:CreateUserPoolClient': async ({ idp }, input) => {
    const command = new CreateUserPoolClientCommand(sent<CreateUserPoolClientCommandInput>().parse(input));
    return { clientId: given((await idp.send(command)).UserPoolClient?.ClientId, 'client ID') };
  },
});

/** Sends calls to a local AWS, one after the other, as the administrator of each one's account. */
export function senderTo(endpoint: string, zip: Uint8Array) {
  const senders = sendersOf(zip);
  const clients = new Map<string, Sdk>();
  const clientsOf = (account: string, region: string): Sdk => {
    const side = `${account} ${region}`;
    const known = clients.get(side);
    if (known) return known;
    const made = sdkOf(endpoint, { account, region });
    clients.set(side, made);
    return made;
  };
  return {
    send: ({ account, region, call, input }: Call): Promise<Sent> =>
      given(senders[call], `way to send ${call}`)(clientsOf(account, region), input),
    close() {
      for (const side of clients.values()) for (const client of Object.values(side)) client.destroy();
    },
  };
}
