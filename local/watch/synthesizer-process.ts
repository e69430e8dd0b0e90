// Synthesizes a stage for each message from the gateway, always from the current sources. The modules of this project
// are loaded anew each time. Packages stay loaded, so that only the first synthesis takes a second.
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import type * as BuildReports from '../../lib/functions/build-report';
import type * as Handlers from '../../lib/handlers';
import type * as Synthesis from '../../lib/synthesize';
import type { SynthesisReply, SynthesisRequest } from './messages';
import { problemsOf } from './problems';

const projectRoot = join(__dirname, '..', '..');
const load = createRequire(__filename);
const cache: BuildReports.BuildReport['cache'] = new Map();
/** The modules of this process, which are not loaded anew. */
const keptModules = new Set(Object.keys(load.cache));

/** The files of this project that were loaded for a synthesis. */
const loadedSources = (): readonly string[] =>
  Object.keys(load.cache).filter(
    (file) =>
      file.startsWith(projectRoot + sep) && !file.includes(`${sep}node_modules${sep}`) && !keptModules.has(file),
  );

const synthesize = ({ stage, outdir, handlersModule }: SynthesisRequest): SynthesisReply => {
  for (const file of loadedSources()) Reflect.deleteProperty(load.cache, file);
  const inputs = new Set<string>();
  const report: BuildReports.BuildReport = { inputs, errors: [], cache };
  const inputFiles = () => [...inputs, ...loadedSources().map((file) => relative(projectRoot, file))];
  try {
    // Each type is that of the module that is loaded.
    const { synthesizeStage } = load(join(projectRoot, 'lib/synthesize')) as typeof Synthesis;
    const { registerHandlers } = load(join(projectRoot, handlersModule)) as typeof Handlers;
    const { directory, template } = synthesizeStage(stage as 'dev', outdir, registerHandlers, report);
    return { directory, template, problems: problemsOf(report, projectRoot), inputs: inputFiles() };
  } catch (error) {
    return { problems: problemsOf(error, projectRoot), inputs: inputFiles() };
  }
};

process.on('message', (request: SynthesisRequest) => {
  process.send?.(synthesize(request));
});
// Without the gateway there is nothing to do.
process.on('disconnect', () => process.exit());
// Ctrl-C reaches the whole process group. The gateway ends this process when it has stopped.
process.on('SIGINT', () => undefined);
