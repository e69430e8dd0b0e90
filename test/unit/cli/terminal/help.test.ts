import { run } from '../fake-environment';

interface Listed {
  readonly name: string;
  readonly description: string;
}

/** The commands that a help lists, as people read them. */
const listed = (help: string): readonly Listed[] => {
  const section = /^Commands:\n((?: {2}.*\n?)+)/m.exec(help)?.[1] ?? '';
  return [...section.matchAll(/^ {2}([a-z][a-z-]*)(?: [[<][^ ]*)*(?: {2,}(.*))?$/gm)]
    .map(([, name = '', description = '']) => ({ name, description }))
    .filter(({ name }) => name !== 'help');
};

interface Leaf {
  readonly path: readonly string[];
  readonly help: string;
}

/** Walks from command to command by their help, down to those that do something. */
const leaves = async (path: readonly string[] = []): Promise<readonly Leaf[]> => {
  const { exitCode, data } = await run([...path, '--help']);
  expect({ path, exitCode }).toEqual({ path, exitCode: 0 });
  const commands = listed(data);
  if (commands.length === 0) return [{ path, help: data }];
  const found: Leaf[] = [];
  for (const { name, description } of commands) {
    expect({ path: [...path, name], hasDescription: description !== '' }).toMatchObject({
      hasDescription: true,
    });
    found.push(...(await leaves([...path, name])));
  }
  return found;
};

/** An example's words as a shell would give them to the program; what is behind a pipe is not ours. */
const wordsOf = (example: string): readonly string[] =>
  [...(example.split(/ [|>] | {2,}[(#]/)[0] ?? '').matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? '',
  );

test('every command has a description, and each that does something has examples that parse', async () => {
  const all = await leaves();
  expect(all.length).toBeGreaterThan(15);
  let examples = 0;
  for (const { path, help } of all) {
    const command = path.join(' ');
    expect({ command, hasExamples: /^Examples:\n {2}\$ /m.test(help) }).toEqual({
      command,
      hasExamples: true,
    });
    const text = (help.split(/^Examples:$/m)[1] ?? '').replace(/\\\n\s*/g, ' ');
    for (const [, line = ''] of text.matchAll(/^ {2}\$ (.*)$/gm)) {
      const own = /npx gateway (.*)$/.exec(line)?.[1];
      if (own === undefined) continue;
      const words = wordsOf(own);
      expect({ command, example: line, words: words.slice(0, path.length) }).toMatchObject({ words: path });
      // The environment of these tests provides nothing, so it fails right after the words were parsed.
      // Placeholders of a SID's digits cannot be parsed.
      const complete = words.map((word) => word.replace(/(?<=AC|SK)(?:x{32}|y{32})/g, '0'.repeat(32)));
      const { notes } = await run(complete, { isWithoutGateway: true });
      expect({ line, notes }).not.toMatchObject({
        notes: expect.stringMatching(
          /unknown option|unknown command|too many arguments|missing required|argument missing|is invalid/i,
        ) as string,
      });
      examples += 1;
    }
  }
  expect(examples).toBeGreaterThan(all.length);
});

test('every command that reads takes --json', async () => {
  const reading = /(?:^| )(?:list|show|status|plan|doctor|explain)$/;
  const readers = (await leaves()).filter(({ path }) => reading.test(path.join(' ')) && path[0] !== 'send');
  expect(readers.length).toBeGreaterThanOrEqual(8);
  for (const { path, help } of readers)
    expect({ command: path.join(' '), json: help.includes('--json') }).toMatchObject({ json: true });
});
