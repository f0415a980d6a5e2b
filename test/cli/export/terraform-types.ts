/** Terraform's resources: their arguments, and the calls of AWS behind them. */
import { type Make, type Makers, tagList } from './makers.ts';

/** Arguments that any resource may have. */
export const metaArguments = ['provider', 'depends_on', 'lifecycle'];

/**
 * hashicorp/aws, argument references (website/docs/r/*.html.markdown): each argument and the member of the call behind it.
 * `required` are those that the page marks so.
 */
export interface ResourceType {
  readonly required: readonly string[];
  readonly members: Readonly<Record<string, string>>;
  readonly make: (makers: Makers) => Make;
}

export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  aws_iam_policy: {
    required: ['policy'],
    members: {
      name: 'PolicyName',
      path: 'Path',
      description: 'Description',
      policy: 'PolicyDocument',
      tags: 'Tags',
    },
    make:
      ({ policy }) =>
      ({ Tags, ...rest }) =>
        policy({ ...rest, Tags: tagList(Tags) }),
  },
  aws_iam_role: {
    required: ['assume_role_policy'],
    members: {
      name: 'RoleName',
      path: 'Path',
      description: 'Description',
      assume_role_policy: 'AssumeRolePolicyDocument',
      permissions_boundary: 'PermissionsBoundary',
      tags: 'Tags',
    },
    make:
      ({ role }) =>
      ({ Tags, ...rest }) =>
        role({ ...rest, Tags: tagList(Tags) }),
  },
  aws_iam_role_policy: {
    required: ['role', 'policy'],
    members: { name: 'PolicyName', role: 'RoleName', policy: 'PolicyDocument' },
    make: ({ inline }) => inline,
  },
  aws_iam_role_policy_attachment: {
    required: ['role', 'policy_arn'],
    members: { role: 'RoleName', policy_arn: 'PolicyArn' },
    make: ({ attachment }) => attachment,
  },
  aws_cognito_user_pool_client: {
    required: ['name', 'user_pool_id'],
    members: {
      user_pool_id: 'UserPoolId',
      name: 'ClientName',
      generate_secret: 'GenerateSecret',
      explicit_auth_flows: 'ExplicitAuthFlows',
      access_token_validity: 'AccessTokenValidity',
      id_token_validity: 'IdTokenValidity',
      refresh_token_validity: 'RefreshTokenValidity',
      token_validity_units: 'TokenValidityUnits',
      prevent_user_existence_errors: 'PreventUserExistenceErrors',
      allowed_oauth_flows_user_pool_client: 'AllowedOAuthFlowsUserPoolClient',
      enable_token_revocation: 'EnableTokenRevocation',
      supported_identity_providers: 'SupportedIdentityProviders',
    },
    make:
      ({ client }) =>
      ({ TokenValidityUnits: [units], ...rest }) => {
        const { access_token: AccessToken, id_token: IdToken, refresh_token: RefreshToken } = units;
        return client({ ...rest, TokenValidityUnits: { AccessToken, IdToken, RefreshToken } });
      },
  },
  aws_cloudwatch_log_group: {
    required: [],
    members: { name: 'logGroupName', retention_in_days: 'retentionInDays', tags: 'tags' },
    make: ({ logGroup }) => logGroup,
  },
  aws_lambda_function: {
    required: ['function_name', 'role'],
    members: {
      function_name: 'FunctionName',
      description: 'Description',
      role: 'Role',
      filename: 'filename',
      source_code_hash: 'source_code_hash',
      runtime: 'Runtime',
      handler: 'Handler',
      memory_size: 'MemorySize',
      timeout: 'Timeout',
      environment: 'Environment',
      tags: 'Tags',
    },
    make:
      (makers) =>
      ({ filename, source_code_hash: hash, Environment: [{ variables }], ...rest }) => {
        if (filename !== './handler.zip' || hash !== `hash of ${filename}`)
          throw new Error('the code is elsewhere');
        return makers.function({ ...rest, Environment: { Variables: variables } });
      },
  },
  aws_lambda_permission: {
    required: ['action', 'function_name', 'principal'],
    members: {
      action: 'Action',
      function_name: 'FunctionName',
      principal: 'Principal',
      source_account: 'SourceAccount',
      source_arn: 'SourceArn',
      statement_id: 'StatementId',
    },
    make: ({ permission }) => permission,
  },
};
