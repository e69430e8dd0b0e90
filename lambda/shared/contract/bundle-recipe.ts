/**
 * The context key, with the value `true`, of a synthesis for the local gateway. The construct then builds nothing: the
 * asset of a bundle that would be built has a recipe instead, and the local gateway builds it.
 */
export const developmentContext = 'twilio-webhook-gateway:dev';

/** The file of a recipe in the directory of an asset. */
export const recipeFile = 'recipe.json';

/** How to build a bundle: the content of `recipeFile`. */
export interface BundleRecipe {
  /** `ingress`, or `handler-Replies` for the handler `Replies`. */
  readonly name: string;
  /** esbuild's options. They write nothing. */
  readonly options: Readonly<Record<string, unknown>>;
}
