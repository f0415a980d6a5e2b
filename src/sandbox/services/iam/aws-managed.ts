/** AWS managed policies that a Lambda function needs. AWS Managed Policy Reference Guide. */
import type { Propagating } from '../../propagating.ts';

export interface PolicyVersion {
  readonly id: string;
  readonly document: string;
  readonly createdAt: number;
}

export interface ManagedPolicy {
  readonly name: string;
  readonly id: string;
  readonly path: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly createdAt: number;
  updatedAt: number;
  tags: ReadonlyMap<string, string>;
  versions: readonly PolicyVersion[];
  nextVersion: number;
  defaultVersion: Propagating<string>;
}

const basicExecution = `{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": [
                "logs:CreateLogGroup",
                "logs:CreateLogStream",
                "logs:PutLogEvents"
            ],
            "Resource": "*"
        }
    ]
}`;

const administrator = `{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "*",
            "Resource": "*"
        }
    ]
}`;

const policies = [
  {
    path: '/service-role/',
    name: 'AWSLambdaBasicExecutionRole',
    id: 'ANPAJNCQGXC42545SKXIK',
    description: 'Provides write permissions to CloudWatch Logs.',
    document: basicExecution,
    createdAt: Date.parse('2015-04-09T15:03:43Z'),
  },
  {
    path: '/',
    name: 'AdministratorAccess',
    id: 'ANPAIWMBCKSKIEE64ZLYK',
    description: 'Provides full access to AWS services and resources.',
    document: administrator,
    createdAt: Date.parse('2015-02-06T18:39:46Z'),
  },
] as const;

/** The AWS managed policy with this ARN, in any partition. */
export function awsManagedPolicy(arn: string): ManagedPolicy | undefined {
  const match = /^arn:aws[\w-]*:iam::aws:policy(\/.*)$/.exec(arn);
  const known = policies.find(({ path, name }) => match?.[1] === `${path}${name}`);
  return (
    known && {
      name: known.name,
      id: known.id,
      path: known.path,
      arn,
      description: known.description,
      createdAt: known.createdAt,
      updatedAt: known.createdAt,
      tags: new Map(),
      versions: [{ id: 'v1', document: known.document, createdAt: known.createdAt }],
      nextVersion: 2,
      defaultVersion: { current: 'v1', earlier: undefined, effectiveAt: 0 },
    }
  );
}
