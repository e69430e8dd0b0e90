/** A sentence of the gateway, in which `backticks` mark code. */
export const CodeWords = ({ text }: { readonly text: string }) => (
  <>{text.split('`').map((part, index) => (index % 2 === 0 ? part : <code key={index}>{part}</code>))}</>
);
