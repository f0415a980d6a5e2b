/** The program under fault, in a separate process. */
import { type ProgramEnv, programEnv, type RunningProgram, startProgram } from '../support/run-program.ts';
import type { ConfiguredAws } from './scene.ts';
import { profilesFile } from './sides.ts';

/** A separate home directory, with the keys and profiles of the local AWS. */
export const sceneEnv = ({ folder }: ConfiguredAws): ProgramEnv =>
  programEnv(folder, { AWS_CONFIG_FILE: profilesFile });

/** Starts the built program. */
export const start = ({ folder }: ConfiguredAws, argv: readonly string[]): RunningProgram =>
  startProgram(folder, argv, { AWS_CONFIG_FILE: profilesFile });
