/** Whether a template's resources are what CloudFormation knows: its own specification, as the CDK ships it. */
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';

const db = loadAwsServiceSpecSync();
const resourceOf = (type: string) => db.lookup('resource', 'cloudFormationType', 'equals', type).only();

type Properties = ReturnType<typeof resourceOf>['properties'];
type Type = Properties[string]['type'];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `{ Ref }`, `{ Fn::GetAtt }`: a text, whatever it refers to. */
const isReference = (value: unknown): boolean =>
  isObject(value) && Object.keys(value).length === 1 && ('Ref' in value || 'Fn::GetAtt' in value);

/** Every place where a value is not of the type; empty where all of it fits. */
function misfits(value: unknown, type: Type, path: string): string[] {
  const unless = (fits: boolean): string[] => (fits ? [] : [`${path}: no ${type.type}`]);
  switch (type.type) {
    case 'string': {
      if (isReference(value)) return [];
      const allowed = type.allowedValues;
      return unless(typeof value === 'string' && (allowed === undefined || allowed.includes(value)));
    }
    case 'integer':
      return unless(Number.isInteger(value));
    case 'number':
      return unless(typeof value === 'number');
    case 'boolean':
      return unless(typeof value === 'boolean');
    case 'json':
      return unless(isObject(value));
    case 'tag':
      return unless(
        isObject(value) && Object.keys(value).toString() === 'Key,Value' && typeof value.Value === 'string',
      );
    case 'array':
      if (!Array.isArray(value)) return unless(false);
      return value.flatMap((item, index) => misfits(item, type.element, `${path}[${index}]`));
    case 'map':
      if (!isObject(value)) return unless(false);
      return Object.entries(value).flatMap(([key, item]) => misfits(item, type.element, `${path}.${key}`));
    case 'ref':
      return wrongProperties(value, db.get('typeDefinition', type.reference).properties, path);
    case 'union': {
      const tries = type.types.map((one) => misfits(value, one, path));
      return tries.find((wrong) => wrong.length === 0) ?? tries.flat();
    }
    default:
      return [`${path}: a ${type.type} is not looked at here`];
  }
}

/** Unknown and missing properties, and those of another type. Read-only ones are attributes, so they are unknown. */
function wrongProperties(value: unknown, properties: Properties, path: string): string[] {
  if (!isObject(value)) return [`${path}: no object`];
  const missing = Object.entries(properties).filter(([name, { required }]) => required && !(name in value));
  return [
    ...missing.map(([name]) => `${path}.${name} is missing`),
    ...Object.entries(value).flatMap(([name, member]) => {
      const property = properties[name];
      return property === undefined
        ? [`${path}.${name} is unknown`]
        : misfits(member, property.type, `${path}.${name}`);
    }),
  ];
}

export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: string }>>;
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly DependsOn?: string; readonly Properties: unknown }>
  >;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

/** All that CloudFormation would not take, in words. */
export function wrongResources({ Resources, Parameters = {}, Outputs }: Template): string[] {
  const known = new Set([...Object.keys(Resources), ...Object.keys(Parameters)]);
  const referred = [
    ...JSON.stringify([Resources, Outputs]).matchAll(/"(?:Ref|Fn::GetAtt)":(?:"|\[")(\w+)"/g),
  ];
  return [
    ...referred.flatMap(([, name = '']) => (known.has(name) ? [] : [`there is no ${name}`])),
    ...Object.entries(Resources).flatMap(([name, { Type, Properties, DependsOn }]) => [
      ...wrongProperties(Properties, resourceOf(Type).properties, name),
      ...(DependsOn === undefined || DependsOn in Resources ? [] : [`${name} depends on no ${DependsOn}`]),
    ]),
  ];
}

/** Names of a type's attributes, which nobody can set. */
export const attributesOf = (type: string): string[] => Object.keys(resourceOf(type).attributes);
