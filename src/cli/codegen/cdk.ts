/** A CloudFormation template as a stack of the AWS CDK, in TypeScript: one L1 construct for each resource. */
import { isJsonObject, isList, type Json, type JsonObject } from '../../core/json.ts';
import { jsonText } from '../../core/printable.ts';

/**
 * Prints the class of a stack that synthesizes to the template, logical IDs included.
 * @param template Each resource may refer to those before it, by `Ref` or `Fn::GetAtt`.
 */
export function cdkStack(className: string, template: JsonObject): string {
  const resources = entriesOf(template.Resources);
  const parameters = entriesOf(template.Parameters);
  const outputs = entriesOf(template.Outputs);
  const body = [
    ...parameters.map(([id, one]) => `const ${variableOf(id)} = ${made('CfnParameter', id, one, template)}`),
    ...resources.flatMap(([id, one]) => resource(id, one, template)),
    ...outputs.map(([id, one]) => made('CfnOutput', id, one, template)),
  ];
  const names = [
    ...(outputs.length > 0 ? ['CfnOutput'] : []),
    ...(parameters.length > 0 ? ['CfnParameter'] : []),
    ...['Stack', 'type StackProps'],
    ...new Set(resources.map(([, { Type }]) => moduleOf(String(Type))).toSorted()),
  ];
  const options = [
    ['templateFormatVersion', template.AWSTemplateFormatVersion] as const,
    ['metadata', template.Metadata] as const,
  ].flatMap(([name, value]) =>
    value === undefined ? [] : [`this.templateOptions.${name} = ${free(value, template)};`],
  );
  return `import {
${indented(names.map((name) => `${name},`).join('\n'), 2)}
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';

export class ${className} extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, { description: ${jsonText(template.Description)}, ...props });
${indented([...options, ...body].join('\n'), 4)}
  }
}
`;
}

const entriesOf = (members: Json | undefined): [string, JsonObject][] =>
  Object.entries(isJsonObject(members) ? members : {}).flatMap(([id, one]) =>
    isJsonObject(one) ? [[id, one]] : [],
  );

const indented = (text: string, spaces: number): string => text.replaceAll(/^(?=.)/gm, ' '.repeat(spaces));

/** `AWS::IAM::Role` is `aws_iam.CfnRole`. */
const moduleOf = (type: string): string => `aws_${(type.split('::')[1] ?? '').toLowerCase()}`;
const classOf = (type: string): string => `${moduleOf(type)}.Cfn${type.split('::')[2]}`;

/** A logical ID as a variable. `function` is a keyword of the language. */
const variableOf = (id: string): string =>
  id === 'Function' ? 'lambdaFunction' : id.replace(/^[A-Z]/, (first) => first.toLowerCase());

const made = (kind: string, id: string, properties: Json, template: JsonObject): string =>
  `new ${kind}(this, ${jsonText(id)}, ${literal(properties, template)});`;

function resource(id: string, { Type, Properties, DependsOn, Metadata }: JsonObject, template: JsonObject) {
  const construct = made(classOf(String(Type)), id, Properties ?? {}, template);
  const variable = variableOf(id);
  const more = [
    ...entriesOfAny(Metadata).map(
      ([key, value]) => `${variable}.addMetadata(${jsonText(key)}, ${free(value, template)});`,
    ),
    ...(DependsOn === undefined ? [] : [`${variable}.addDependency(${variableOf(String(DependsOn))});`]),
  ];
  // A variable that nothing uses is an error in strict projects.
  const isUsed = more.length > 0 || isReferenced(id, template);
  return [isUsed ? `const ${variable} = ${construct}` : construct, ...more];
}

const entriesOfAny = (value: Json | undefined): [string, Json][] =>
  Object.entries(isJsonObject(value) ? value : {}).flatMap(([key, one]) =>
    one === undefined ? [] : [[key, one]],
  );

function isReferenced(id: string, { Resources, Outputs }: JsonObject): boolean {
  const text = JSON.stringify([Resources, Outputs]);
  return [
    `{"Ref":${JSON.stringify(id)}}`,
    `{"Fn::GetAtt":[${JSON.stringify(id)},`,
    `"DependsOn":"${id}"`,
  ].some((one) => text.includes(one));
}

/** Properties whose members have names of their own, not those of a CloudFormation type. */
const freeProperties = new Set(['AssumeRolePolicyDocument', 'PolicyDocument', 'Variables']);

/** A value of a CloudFormation type: members begin with a small letter in the CDK. */
const literal = (value: Json, template: JsonObject): string => printed(value, template, false);
/** A value that CloudFormation takes as it is. */
const free = (value: Json, template: JsonObject): string => printed(value, template, true);

function printed(value: Json, template: JsonObject, isFree: boolean): string {
  if (isList(value)) {
    const items = value.map((one) => printed(one, template, isFree));
    return items.length === 0 ? '[]' : `[\n${indented(items.map((item) => `${item},`).join('\n'), 2)}\n]`;
  }
  if (!isJsonObject(value)) return jsonText(value);
  return (
    reference(value, template) ??
    members(
      entriesOfAny(value).map(([key, one]) => [
        isFree ? key : camelCase(key),
        printed(one, template, isFree || freeProperties.has(key)),
      ]),
    )
  );
}

const members = (entries: readonly (readonly string[])[]): string => {
  const lines = entries.map(
    ([key = '', code]) => `${/^[a-z_$][\w$]*$/i.test(key) ? key : jsonText(key)}: ${code},`,
  );
  return lines.length === 0 ? '{}' : `{\n${indented(lines.join('\n'), 2)}\n}`;
};

/** `S3Bucket` is `s3Bucket`, and `OKActions` is `okActions`. */
const camelCase = (name: string): string =>
  name.replace(/^([A-Z]+(?=[A-Z][a-z])|[A-Z])/, (first) => first.toLowerCase());

/** The expression for `Ref` and `Fn::GetAtt`. Undefined for every other object. */
function reference(value: JsonObject, { Parameters }: JsonObject): string | undefined {
  const { Ref, 'Fn::GetAtt': attribute } = value;
  if (typeof Ref === 'string') {
    if (Ref === 'AWS::NoValue') return 'undefined';
    const isParameter = isJsonObject(Parameters) && Object.hasOwn(Parameters, Ref);
    return `${variableOf(Ref)}.${isParameter ? 'valueAsString' : 'ref'}`;
  }
  if (attribute === undefined) return undefined;
  const [id, name] = isList(attribute) ? attribute : [];
  return `${variableOf(String(id))}.attr${String(name)}`;
}
