import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from '../template/template';
import { UserError } from '../user-error';

/** A stack of a synthesized CDK app. */
export interface AppStack {
  readonly name: string;
  /** Its id in the cloud assembly, which is unique. */
  readonly artifactId: string;
  /** Its path in the app, such as `Beta/Twilio`. */
  readonly displayName: string;
  /** The directory of its part of the cloud assembly; paths of assets are relative to it. */
  readonly directory: string;
  readonly template: Template;
}

interface Artifact {
  readonly type: string;
  readonly displayName?: string;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly directoryName?: string;
  };
}

/**
 * The stacks of a cloud assembly, with those of its CDK stages.
 * @throws UserError if the directory has none
 */
export const readCloudAssembly = (directory: string): readonly AppStack[] => {
  const manifest = join(directory, 'manifest.json');
  if (!existsSync(manifest)) {
    throw new UserError(
      "The app's command wrote no cloud assembly to the directory in CDK_OUTDIR: does it create `new App()` without " +
        '`outdir`, and call `app.synth()`?',
    );
  }
  // The CDK wrote the file, so its shape is known.
  const { artifacts = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    readonly artifacts?: Readonly<Record<string, Artifact>>;
  };
  return Object.entries(artifacts).flatMap(([artifactId, { type, displayName, properties = {} }]) => {
    if (type === 'cdk:cloud-assembly') return readCloudAssembly(join(directory, properties.directoryName ?? ''));
    if (type !== 'aws:cloudformation:stack') return [];
    const template = JSON.parse(readFileSync(join(directory, properties.templateFile ?? ''), 'utf8')) as Template;
    return [
      {
        name: properties.stackName ?? artifactId,
        artifactId,
        displayName: displayName ?? artifactId,
        directory,
        // A stack without resources is possible.
        template: { ...template, Resources: (template as Partial<Template>).Resources ?? {} },
      },
    ];
  });
};
