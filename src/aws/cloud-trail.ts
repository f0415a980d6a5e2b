/** The client of CloudTrail. A module of its own, so that only commands that use it load it. */
export { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
