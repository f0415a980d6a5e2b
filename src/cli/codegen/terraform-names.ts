/**
 * Terraform's names for the members of AWS's calls.
 * Source: hashicorp/aws, argument references.
 */

/** Argument names by member name. */
export type Names = Readonly<Record<string, string>>;

export const units: Names = {
  AccessToken: 'access_token',
  IdToken: 'id_token',
  RefreshToken: 'refresh_token',
};

/** Maps members of CreateUserPoolClient to arguments of aws_cognito_user_pool_client. */
export const clientNames: Names = {
  UserPoolId: 'user_pool_id',
  ClientName: 'name',
  GenerateSecret: 'generate_secret',
  ExplicitAuthFlows: 'explicit_auth_flows',
  AccessTokenValidity: 'access_token_validity',
  IdTokenValidity: 'id_token_validity',
  RefreshTokenValidity: 'refresh_token_validity',
  TokenValidityUnits: 'token_validity_units',
  PreventUserExistenceErrors: 'prevent_user_existence_errors',
  AllowedOAuthFlowsUserPoolClient: 'allowed_oauth_flows_user_pool_client',
  EnableTokenRevocation: 'enable_token_revocation',
  SupportedIdentityProviders: 'supported_identity_providers',
};

/** Terraform's name for each member of the calls. */
export const names = {
  role: {
    RoleName: 'name',
    Path: 'path',
    Description: 'description',
    AssumeRolePolicyDocument: 'assume_role_policy',
    PermissionsBoundary: 'permissions_boundary',
    Tags: 'tags',
  },
  policy: {
    PolicyName: 'name',
    Path: 'path',
    Description: 'description',
    PolicyDocument: 'policy',
    Tags: 'tags',
  },
  inline: { PolicyName: 'name', RoleName: 'role', PolicyDocument: 'policy' },
  attachment: { RoleName: 'role', PolicyArn: 'policy_arn' },
  group: { logGroupName: 'name', retentionInDays: 'retention_in_days', tags: 'tags' },
  function: {
    FunctionName: 'function_name',
    Description: 'description',
    Runtime: 'runtime',
    Handler: 'handler',
    Role: 'role',
    MemorySize: 'memory_size',
    Timeout: 'timeout',
    Tags: 'tags',
  },
  environment: { Variables: 'variables' },
  permission: {
    FunctionName: 'function_name',
    StatementId: 'statement_id',
    Action: 'action',
    Principal: 'principal',
    SourceArn: 'source_arn',
    SourceAccount: 'source_account',
  },
  asyncRetries: {
    FunctionName: 'function_name',
    MaximumRetryAttempts: 'maximum_retry_attempts',
    MaximumEventAgeInSeconds: 'maximum_event_age_in_seconds',
  },
  userGroup: {
    UserPoolId: 'user_pool_id',
    GroupName: 'name',
    Description: 'description',
    Precedence: 'precedence',
  },
  alarm: {
    AlarmName: 'alarm_name',
    AlarmDescription: 'alarm_description',
    ActionsEnabled: 'actions_enabled',
    AlarmActions: 'alarm_actions',
    OKActions: 'ok_actions',
    InsufficientDataActions: 'insufficient_data_actions',
    ComparisonOperator: 'comparison_operator',
    EvaluationPeriods: 'evaluation_periods',
    DatapointsToAlarm: 'datapoints_to_alarm',
    Threshold: 'threshold',
    TreatMissingData: 'treat_missing_data',
    Namespace: 'namespace',
    MetricName: 'metric_name',
    Dimensions: 'dimensions',
    Statistic: 'statistic',
    Stat: 'stat',
    Period: 'period',
    Tags: 'tags',
  },
  query: { Id: 'id', Expression: 'expression', ReturnData: 'return_data' },
} as const satisfies Record<string, Names>;
