import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { stackName } from '../../../lambda/shared/contract/stack-outputs';
import { GatewayStack } from '../../../lib/gateway-stack';
import { registerHandlers, type RegisterHandlers } from '../../../lib/handlers';
import { resolveStage } from '../../../lib/stage/resolve-stage';
import type { StageOptions } from '../../../lib/stage/stage-options';

export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

/** A CloudFormation template. It is mutable because the mutation tests change copies of it. */
export interface Template {
  Resources: Record<string, Resource>;
  Outputs: Record<string, { Value: unknown; Description: string }>;
}

/** A template and the stage that it was synthesized for. */
export interface Synthesized {
  readonly stageName: string;
  readonly production: boolean;
  readonly template: Template;
  /** The template of the stack in another region. Undefined: there is none. */
  readonly regionTemplate: Template | undefined;
}

/** The template of a stage. It is not bundled, so the assets of functions are their sources. */
export const synthesizeTemplate = (
  stageName: string,
  options: StageOptions,
  register: RegisterHandlers = registerHandlers,
): Synthesized => {
  const outdir = mkdtempSync(join(tmpdir(), 'gateway-template-'));
  try {
    const app = new App({
      outdir,
      builtinCloudFormationValidation: false,
      treeMetadata: false,
      context: { 'aws:cdk:bundling-stacks': [] },
    });
    const stack = new GatewayStack(app, stackName(stageName), { stage: resolveStage(stageName, options) });
    register(stack);
    const assembly = app.synth();
    // The CDK wrote it; the checks assert the shapes that matter.
    const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Template;
    const other = assembly.stacks.find(({ id }) => id !== stack.artifactId);
    return {
      stageName,
      production: options.production ?? false,
      template: read(assembly.getStackArtifact(stack.artifactId).templateFullPath),
      regionTemplate: other && read(other.templateFullPath),
    };
  } finally {
    rmSync(outdir, { recursive: true });
  }
};

/** The value at a path, or undefined if the path does not exist. */
export const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<string | number, unknown>)[key] : undefined,
    value,
  );

export const list = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly unknown[]) : [value];

/** The resources of a type, with their logical ids. */
export const resources = (template: Template, type: string): readonly (readonly [string, Resource])[] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

/** The only logical id of a type with the prefix. @throws Error if there is none or more than one */
export const logicalId = (template: Template, type: string, prefix: string): string => {
  const ids = resources(template, type).flatMap(([id]) => (id.startsWith(prefix) ? [id] : []));
  if (ids.length !== 1 || ids[0] === undefined) {
    throw new Error(`${ids.length} resources of type ${type} begin with ${prefix}: ${ids.join(', ')}`);
  }
  return ids[0];
};

/** A logical id without the hash that the CDK adds. */
export const plainId = (id: string): string => id.replace(/[0-9A-F]{8}$/, '');

export const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);
