/** What to synthesize. */
export interface SynthesisRequest {
  readonly stage: string;
  readonly outdir: string;
  /** The module that registers handlers, without extension, relative to the project. */
  readonly handlersModule: string;
}

export interface SynthesisReply {
  /** Absent where nothing could be synthesized. */
  readonly directory?: string;
  readonly template?: unknown;
  /** A line for each error, with file and line where they are known. */
  readonly problems: readonly string[];
  /** The source files that were used, relative to the project. */
  readonly inputs: readonly string[];
}
