/** What Lambda needs of the sandbox around it. */
export interface LambdaHost {
  /** Where functions find the local AWS. */
  endpoint(): string;
  /** Calls back after real milliseconds, since functions run in real time; gives a function that cancels. */
  timer(ms: number, callback: () => void): () => void;
  /** Notes in the journal that a function ran. */
  noteFunction(functionArn: string): void;
}
