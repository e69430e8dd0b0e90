/** The problems of a stage, one line each: the key, its value, what is allowed. */
export type Problems = readonly string[];

export const integerProblems = (key: string, value: number | undefined, min: number, max: number): Problems =>
  value === undefined || (Number.isInteger(value) && value >= min && value <= max)
    ? []
    : [`${key} is ${value}: give a whole number from ${min} to ${max}`];
