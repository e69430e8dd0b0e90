import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, type StackProps } from 'aws-cdk-lib';
import type { Template } from '../infra/checks/template';

export interface CdkAppOptions {
  /** @default 'Orders' */
  readonly stackName?: string;
  readonly stackProps?: StackProps;
  /** Added to the context. @default nothing is bundled */
  readonly context?: Readonly<Record<string, unknown>>;
}

/** Calls `use` with the directory of an app and a stack of it that is not the gateway's, and then deletes the files. */
export const withCdkApp = <Result>(
  use: (stack: Stack, app: App, outdir: string) => Result,
  { stackName = 'Orders', stackProps = {}, context = {} }: CdkAppOptions = {},
): Result => {
  const outdir = mkdtempSync(join(tmpdir(), 'gateway-cdk-app-'));
  try {
    const app = new App({
      outdir,
      builtinCloudFormationValidation: false,
      treeMetadata: false,
      context: { 'aws:cdk:bundling-stacks': [], ...context },
    });
    return use(new Stack(app, stackName, stackProps), app, outdir);
  } finally {
    rmSync(outdir, { recursive: true });
  }
};

/** The template of a stack with what `build` adds to it. */
export const templateOf = (build: (stack: Stack, app: App) => void, options?: CdkAppOptions): Template =>
  withCdkApp((stack, app) => {
    build(stack, app);
    const path = app.synth().getStackArtifact(stack.artifactId).templateFullPath;
    return JSON.parse(readFileSync(path, 'utf8')) as Template; // The CDK wrote it.
  }, options);
