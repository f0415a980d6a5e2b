/** Limits and times of import jobs. Loads nothing else, so that flags can be read without the AWS SDK. */

/** "The maximum number of rows for the CSV file is 500,000." */
export const mostRows = 500_000;

/** Users that a job imports per second. AWS's guidance for 100,000 users is 56 minutes. */
export const importedPerSecond = 30;

/** Time until a started job imports its first user. */
export const jobStartMs = 15_000;
