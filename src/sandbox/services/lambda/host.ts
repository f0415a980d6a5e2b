/** The parts of the sandbox that Lambda needs. */
export interface LambdaHost {
  /** The endpoint of the local AWS, for functions. */
  endpoint(): string;
  /**
   * Calls back after `ms` of real time, because functions run in real time.
   * Returns a function that cancels the timer.
   */
  timer(ms: number, callback: () => void): () => void;
  /** Records in the journal that a function ran. */
  noteFunction(functionArn: string): void;
}
