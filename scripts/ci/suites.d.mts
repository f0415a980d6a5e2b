export interface Suite {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** From the Vitest report, or from a pattern. The first group of the pattern is the number of cases. */
  readonly cases: 'report' | RegExp;
  /** Share of the time of `npm test` above which CI warns. */
  readonly share: number;
  readonly env?: Readonly<Record<string, string>>;
}

export const fromReport: 'report';
export const shareOfAll: number;
export function suitesOf(options: { seed: string; long: boolean; runs?: number }): readonly Suite[];
export function numberOf(seed: string): number;
