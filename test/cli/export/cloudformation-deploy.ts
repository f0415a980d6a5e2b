/** A stack, as CloudFormation makes it: resources when they are referred to, what refers to them after. */
import type { Template } from './cloudformation-spec.ts';
import { type Made, type Make, type Makers, ownSid, tagMap } from './makers.ts';

/** What each type's properties are called by the API. */
const typesIn = (makers: Makers): Readonly<Record<string, Make>> => ({
  'AWS::IAM::ManagedPolicy': ({ ManagedPolicyName: PolicyName, PolicyDocument, ...rest }) =>
    makers.policy({ ...rest, PolicyName, PolicyDocument: JSON.stringify(PolicyDocument) }),
  'AWS::IAM::Role': async ({ ManagedPolicyArns, AssumeRolePolicyDocument, ...rest }) => {
    const role = await makers.role({
      ...rest,
      AssumeRolePolicyDocument: JSON.stringify(AssumeRolePolicyDocument),
    });
    for (const PolicyArn of ManagedPolicyArns) await makers.attachment({ RoleName: role.ref, PolicyArn });
    return role;
  },
  'AWS::Cognito::UserPoolClient': makers.client,
  'AWS::Logs::LogGroup': ({ LogGroupName, RetentionInDays, Tags }) =>
    makers.logGroup({
      logGroupName: LogGroupName,
      retentionInDays: RetentionInDays,
      tags: tagMap(Tags),
    }),
  'AWS::Lambda::Function': ({ Code, Tags, ...rest }) => {
    if (Code.S3Bucket !== 'a-bucket') throw new Error('the code is elsewhere');
    return makers.function({ ...rest, Tags: tagMap(Tags) });
  },
  'AWS::Lambda::Permission': (rest) => makers.permission({ ...rest, StatementId: ownSid }),
});

/** Makes every resource of the template, and returns its outputs. */
export async function deploy(
  { Resources, Parameters = {}, Outputs }: Template,
  given: Readonly<Record<string, string>>,
  makers: Makers,
): Promise<Record<string, unknown>> {
  const types = typesIn(makers);
  const made = new Map<string, Promise<Made>>();
  const resource = (name: string): Promise<Made> => {
    const begun = made.get(name) ?? make(name);
    made.set(name, begun);
    return begun;
  };
  const make = async (name: string): Promise<Made> => {
    const { Type, Properties, DependsOn } = Resources[name] ?? { Type: '', Properties: {} };
    if (DependsOn !== undefined) await resource(DependsOn);
    const maker = types[Type];
    if (maker === undefined) throw new Error(`${name} is of the type ${Type}`);
    return maker(await resolved(Properties));
  };
  const resolved = async (value: unknown): Promise<unknown> => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return Promise.all(value.map(resolved));
    const { Ref, 'Fn::GetAtt': attribute } = { Ref: undefined, 'Fn::GetAtt': undefined, ...value };
    if (typeof Ref === 'string')
      return Ref in Parameters ? (given[Ref] ?? Parameters[Ref]?.Default) : (await resource(Ref)).ref;
    if (Array.isArray(attribute)) return (await resource(attribute[0])).attributes[attribute[1]];
    const members = Object.entries(value).map(
      async ([key, member]) => [key, await resolved(member)] as const,
    );
    return Object.fromEntries(await Promise.all(members));
  };
  for (const name of Object.keys(Resources)) await resource(name);
  const values = Object.entries(Outputs).map(
    async ([name, { Value }]) => [name, await resolved(Value)] as const,
  );
  return Object.fromEntries(await Promise.all(values));
}
