import type { Metafile } from 'esbuild';

/** The directory of the innermost package that contains a bundled file. */
const packageDirectory = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/** The files with code in the output. esbuild also lists files whose code was all removed. */
const bundledFiles = ({ outputs }: Metafile): readonly string[] =>
  Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput === 0 ? [] : [file])),
  );

/** The directories of the packages with code in the outputs, such as `node_modules/ws`. */
export const packageDirectories = (metafiles: readonly Metafile[]): ReadonlySet<string> =>
  new Set(metafiles.flatMap(bundledFiles).flatMap((file) => packageDirectory.exec(file)?.[0] ?? []));
