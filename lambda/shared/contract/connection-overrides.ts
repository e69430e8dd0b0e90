const between = (min: number, max: number) => ({
  allowed: `a whole number from ${min} to ${max}`,
  isValid: (value: string) => /^\d{1,5}$/.test(value) && Number(value) >= min && Number(value) <= max,
});

const listOf = (...names: readonly string[]) => ({
  allowed: `one or more of ${names.join(', ')}, separated by commas`,
  isValid: (value: string) => value.split(',').every((name) => names.includes(name)),
});

const edges = ['ashburn', 'dublin', 'frankfurt', 'sao-paulo', 'singapore', 'sydney', 'tokyo', 'umatilla'];

/** The connection overrides that Twilio accepts after the `#` of a webhook URL. Times in milliseconds. */
const overrides: Readonly<Record<string, { readonly allowed: string; readonly isValid: (value: string) => boolean }>> =
  {
    ct: between(100, 10_000),
    rt: between(100, 15_000),
    tt: between(100, 15_000),
    rc: between(0, 5),
    rp: listOf('4xx', '5xx', 'ct', 'rt', 'all'),
    sni: { allowed: 'y or n', isValid: (value) => /^[yn]$/.test(value) },
    e: listOf(...edges, ...edges.map((edge) => `${edge}-ix`)),
  };

/**
 * The overrides of the printed webhook URLs: three retries within 15 seconds. `4xx` because a webhook that gets a
 * temporary 4xx (429, or during a token change) would be lost otherwise, and a repeated one is stored once.
 */
export const defaultConnectionOverrides = 'rc=3&rp=4xx,5xx,ct,rt';

/**
 * What is wrong with connection overrides, or undefined. Twilio itself reports it only when the first webhook fails
 * (errors 11240 to 11243), and then it does not retry.
 * @see https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */
export const connectionOverridesFault = (text: string): string | undefined => {
  if (text === '') return undefined;
  const pairs = text.split('&').map((pair) => /^([a-z]+)=([\w,.-]+)$/.exec(pair));
  const names = pairs.map((pair) => pair?.[1]);
  for (const [, name = '', value = ''] of pairs.map((pair) => pair ?? [])) {
    if (name === '') return 'give key=value pairs joined by &, without #';
    const override = Object.hasOwn(overrides, name) ? overrides[name] : undefined;
    if (override === undefined) return `Twilio does not know ${name}, only ${Object.keys(overrides).join(', ')}`;
    if (!override.isValid(value)) return `${name} takes ${override.allowed}`;
  }
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  return twice === undefined ? undefined : `${twice} is given twice`;
};
