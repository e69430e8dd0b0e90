import { existsSync, readdirSync, watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';

export interface FileWatcher {
  /** Watches these folders and all folders below, and no others. One that does not exist yet is ignored. */
  readonly watch: (folders: readonly string[]) => void;
  readonly close: () => void;
}

/**
 * Calls `onChange` with the path of each file that changes. One watcher for each folder, because the recursive
 * `fs.watch` of Node 20 loses a file on Linux once an editor has replaced it.
 * @param isIgnored whether a folder below is not watched
 */
export const createFileWatcher = (
  onChange: (file: string) => void,
  isIgnored: (folder: string) => boolean,
): FileWatcher => {
  const watchers = new Map<string, FSWatcher>();
  let roots: readonly string[] = [];

  const forget = (folder: string): void => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  /** @returns the folders that were not watched before */
  const update = (): readonly string[] => {
    const wanted = new Set(roots.flatMap((root) => foldersBelow(root, isIgnored)));
    for (const folder of watchers.keys()) if (!wanted.has(folder)) forget(folder);
    const added = [...wanted].filter((folder) => !watchers.has(folder));
    for (const folder of added) add(folder);
    return added;
  };
  const add = (folder: string): void => {
    try {
      const watcher = watch(folder, (event, name) => {
        if (name !== null) onChange(join(folder, name));
        // A folder may have been created, with files, or deleted.
        if (event === 'rename') for (const created of update()) filesIn(created).forEach(onChange);
      });
      watcher.on('error', () => forget(folder));
      watchers.set(folder, watcher);
    } catch {
      // Deleted in the meantime.
    }
  };

  return {
    watch: (folders) => {
      roots = folders;
      update();
    },
    close: () => {
      roots = [];
      update();
    },
  };
};

const foldersBelow = (folder: string, isIgnored: (folder: string) => boolean): readonly string[] => {
  if (!existsSync(folder)) return [];
  const children = entriesOf(folder)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name));
  return [folder, ...children.filter((child) => !isIgnored(child)).flatMap((child) => foldersBelow(child, isIgnored))];
};

const filesIn = (folder: string): readonly string[] =>
  entriesOf(folder).flatMap((entry) => (entry.isFile() ? [join(folder, entry.name)] : []));

const entriesOf = (folder: string) => {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // Deleted in the meantime.
    return [];
  }
};
