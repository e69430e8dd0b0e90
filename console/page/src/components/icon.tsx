/** Paths of 16 by 16 pixels, drawn with a line of 1.5 pixels. */
const paths = {
  inbox: 'M2 9.5 4 3h8l2 6.5V13H2V9.5Zm0 0h3.5l1 1.5h3l1-1.5H14',
  conversations: 'M2.5 3h11v7.5H7L4 13v-2.5H2.5V3Z',
  refused: 'M8 1.8 13.2 4v4c0 3-2.2 5.2-5.2 6.2C5 13.2 2.8 11 2.8 8V4L8 1.8ZM6 6l4 4m0-4-4 4',
  queues: 'M8 2 14 5 8 8 2 5l6-3ZM2.5 8.2 8 11l5.5-2.8M2.5 11.2 8 14l5.5-2.8',
  handlers: 'M5.5 4 2 8l3.5 4m5-8L14 8l-3.5 4M9 3 7 13',
  try: 'M5 3v10l8-5-8-5Z',
  health: 'M1.5 8.5H5l1.5-4 3 8 1.5-4h3.5',
  setup: 'M2 4.5h6m3 0h3M2 11.5h3m3 0h6M9.5 3v3M6.5 10v3',
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9Zm3.3 7.8L14 14',
  copy: 'M5.5 5.5h8v8h-8v-8Zm-1 5h-2v-8h8v2',
  check: 'm3 8.5 3.2 3L13 4.5',
  cross: 'm4 4 8 8m0-8-8 8',
  sun: 'M5 8a3 3 0 1 0 6 0 3 3 0 1 0-6 0ZM8 1v1.5m0 11V15M1 8h1.5m11 0H15M3 3l1 1m8 8 1 1m0-10-1 1M4 12l-1 1',
  moon: 'M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1Z',
  system: 'M2 3h12v8H2V3Zm4 10.5h4M8 11v2.5',
  inbound: 'M12.5 3.5 4 12m0-6.5V12h6.5',
  outbound: 'M3.5 12.5 12 4m-6.5 0H12v6.5',
  replay: 'M3 8a5 5 0 1 0 1.6-3.7M3 2.5v3h3',
  pause: 'M5.5 3.5v9m5-9v9',
  phone: 'M4 2.5h2.3l1 3-1.5 1.2a8 8 0 0 0 3.5 3.5l1.2-1.5 3 1V12q0 1.5-1.5 1.5A9.5 9.5 0 0 1 2.5 4Q2.5 2.5 4 2.5Z',
  event: 'M8.8 1.8 3.5 9H8l-.8 5.2L12.5 7H8l.8-5.2Z',
  clock: 'M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2ZM8 5v3.2l2 1.3',
  filter: 'M2 4h12M4.5 8h7M7 12h2',
  back: 'M10 3 5 8l5 5',
  warning: 'M8 2 1.8 13h12.4L8 2Zm0 4.2v3.3m0 1.6v.6',
  info: 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8Zm0 5.4v4M8 4.6v.6',
  image: 'M2 3h12v10H2V3Zm0 8 3.5-3.5L8.5 10l2-2 3.5 3.5M10.5 6h.1',
  send: 'm2 8 12-5.5L10.5 14 8 9 2 8Zm6 1 6-6.5',
  keyboard: 'M1.5 4h13v8h-13V4Zm3 2.5h.1m2.4 0h.1m2.4 0h.1m2 0h.1M5 9.5h6',
  up: 'M8 13V3.5M4 7l4-3.8L12 7',
} as const;

export type IconName = keyof typeof paths;

/** A picture for decoration, hidden from screen readers: the control around it has a name. */
export const Icon = ({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) => (
  <svg class="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    <path d={paths[name]} />
  </svg>
);
