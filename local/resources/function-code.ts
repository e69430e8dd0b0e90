import { resolve } from 'node:path';
import type { Template, TemplateResource } from '../template/template';

/** The bundle of a function. */
export interface FunctionCode {
  readonly directory: string;
  /** Of its files. */
  readonly hash: string;
}

/** The code of a function in a template: the path of a bundle, or inline text. */
export type FunctionAsset = FunctionCode | { readonly text: string };

/** @param directory of the cloud assembly: paths of assets are relative to it */
export const assetOf = (resource: TemplateResource, directory: string): FunctionAsset | undefined => {
  if (resource.Type !== 'AWS::Lambda::Function') return undefined;
  const { S3Key: key, ZipFile: text } = (resource.Properties?.['Code'] ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof text === 'string') return { text };
  const path = resource.Metadata?.['aws:asset:path'];
  if (typeof path !== 'string') return undefined;
  return { directory: resolve(directory, path), hash: typeof key === 'string' ? key : path };
};

/** The bundles of a template's functions, by their logical ids. */
export const assetCode = (directory: string, { Resources }: Template): ReadonlyMap<string, FunctionCode> =>
  new Map(
    Object.entries(Resources).flatMap(([logicalId, resource]) => {
      const asset = assetOf(resource, directory);
      return asset === undefined || 'text' in asset ? [] : [[logicalId, asset] as const];
    }),
  );
