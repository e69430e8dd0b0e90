export type Json = Readonly<Record<string, unknown>>;

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The keywords of a JSON schema that can be checked. */
const schemaKeywords = [
  '$ref',
  'additionalProperties',
  'allOf',
  'anyOf',
  'enum',
  'format',
  'items',
  'maxItems',
  'maxLength',
  'maximum',
  'minItems',
  'minLength',
  'minimum',
  'nullable',
  'oneOf',
  'pattern',
  'properties',
  'required',
  'type',
];
const parameterKeywords = ['$ref', 'explode', 'in', 'name', 'required', 'schema', 'style'];
const methods = ['delete', 'get', 'patch', 'post', 'put'];

const mapValues = (value: unknown, change: (value: unknown) => unknown): Json =>
  Object.fromEntries(Object.entries(isJson(value) ? value : {}).map(([name, child]) => [name, change(child)]));

const pick = (value: unknown, names: readonly string[]): Json =>
  Object.fromEntries(Object.entries(isJson(value) ? value : {}).filter(([name]) => names.includes(name)));

const reduceSchema = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(reduceSchema);
  if (!isJson(schema)) return schema;
  return Object.fromEntries(
    Object.entries(pick(schema, schemaKeywords)).map(([name, value]) => {
      if (name === 'properties') return [name, mapValues(value, reduceSchema)];
      return [name, ['enum', 'required'].includes(name) ? value : reduceSchema(value)];
    }),
  );
};

const withSchema = (value: Json): Json =>
  'schema' in value ? { ...value, schema: reduceSchema(value['schema']) } : value;
const reduceParameter = (parameter: unknown): Json => withSchema(pick(parameter, parameterKeywords));
const reduceContent = (content: unknown): Json => mapValues(content, (media) => withSchema(pick(media, ['schema'])));

/** OpenAPI demands a description of every response; an empty one is allowed. */
const reduceResponse = (response: unknown): Json => {
  const { content } = pick(response, ['content']);
  return { description: '', ...(content === undefined ? {} : { content: reduceContent(content) }) };
};

const reduceOperation = (operation: Json): Json => {
  const { operationId, parameters, requestBody, responses } = operation;
  return {
    operationId,
    ...(Array.isArray(parameters) ? { parameters: parameters.map(reduceParameter) } : {}),
    ...(isJson(requestBody)
      ? {
          requestBody: { ...pick(requestBody, ['required']), content: reduceContent(requestBody['content']) },
        }
      : {}),
    responses: mapValues(responses, reduceResponse),
  };
};

const reducePath = (path: unknown, operationIds: readonly string[]): Json =>
  Object.fromEntries(
    Object.entries(isJson(path) ? path : {}).flatMap(([key, value]): [string, unknown][] => {
      if (key === 'parameters' && Array.isArray(value)) return [[key, value.map(reduceParameter)]];
      if (!methods.includes(key) || !isJson(value) || !operationIds.includes(String(value['operationId']))) return [];
      return [[key, reduceOperation(value)]];
    }),
  );

/** The components that a document refers to, and those that they refer to. */
const referencedComponents = (paths: Json, components: Json): Json => {
  const kept: Record<string, Record<string, unknown>> = {};
  const keep = (value: unknown): void => {
    for (const [, kind = '', name = ''] of JSON.stringify(value).matchAll(/"#\/components\/(\w+)\/([^"]+)"/g)) {
      if (kept[kind]?.[name] !== undefined) continue;
      const component = pick(components[kind], [name])[name];
      if (component === undefined) throw new Error(`The description has no component ${kind}/${name}.`);
      const reduced = kind === 'parameters' ? reduceParameter(component) : reduceSchema(component);
      kept[kind] = { ...kept[kind], [name]: reduced };
      keep(reduced);
    }
  };
  keep(paths);
  return kept;
};

/**
 * Reduces one of Twilio's OpenAPI descriptions to the facts that a request and an answer can be checked against: paths,
 * methods, parameter names, types, enums, patterns, what is required, and response statuses, for some of its
 * operations. Sentences and examples are left out.
 */
export const reduceDescription = (description: Json, operationIds: readonly string[]): Json => {
  const { openapi, info, paths, components } = description;
  const reduced = Object.fromEntries(
    Object.entries(mapValues(paths, (path) => reducePath(path, operationIds))).filter(([, path]) =>
      methods.some((method) => isJson(path) && method in path),
    ),
  );
  return {
    openapi,
    info: pick(info, ['title', 'version']),
    paths: reduced,
    components: referencedComponents(reduced, isJson(components) ? components : {}),
  };
};
