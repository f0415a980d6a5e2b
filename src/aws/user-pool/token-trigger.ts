/**
 * The Pre token generation trigger, which has two names in LambdaConfig.
 * "If you also specify an ARN in PreTokenGenerationConfig, its value must be identical to PreTokenGeneration" (API
 * reference, LambdaConfigType). Which of them DescribeUserPool shows is not documented.
 */
import type { LambdaConfigType } from '@aws-sdk/client-cognito-identity-provider';
import { type JsonObject, objectAt, stringAt, withKey } from '../../core/json.ts';

/** The newer name. */
export const tokenConfigName = 'PreTokenGenerationConfig';

/** The newer form of the trigger, with the event that every plan has. */
export const tokenConfigOf = (LambdaArn: string): JsonObject => ({ LambdaVersion: 'V1_0', LambdaArn });

/** The function on the trigger, under either name. */
export const tokenTriggerOf = (config: LambdaConfigType | undefined): string | undefined =>
  config?.PreTokenGenerationConfig?.LambdaArn ?? config?.PreTokenGeneration;

/** The same in raw JSON. */
export const tokenArnIn = (config: JsonObject | undefined): string | undefined =>
  stringAt(objectAt(config, tokenConfigName), 'LambdaArn') ?? stringAt(config, 'PreTokenGeneration');

/** Writes the trigger under both names, so that two pools compare equal whichever names AWS shows. */
export function bothTokenTriggers(raw: JsonObject): JsonObject {
  const config = objectAt(raw, 'LambdaConfig');
  const newer = objectAt(config, tokenConfigName);
  const arn = tokenArnIn(config);
  if (config === undefined || arn === undefined) return raw;
  const both = withKey(config, 'PreTokenGeneration', stringAt(config, 'PreTokenGeneration') ?? arn);
  return withKey(raw, 'LambdaConfig', withKey(both, tokenConfigName, newer ?? tokenConfigOf(arn)));
}
