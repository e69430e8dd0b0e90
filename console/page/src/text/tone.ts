/** The meaning of a colour. */
export type Tone = 'neutral' | 'accent' | 'ok' | 'warning' | 'problem';
