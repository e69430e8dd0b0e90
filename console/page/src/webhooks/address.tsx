import { SafeText } from '../components/safe-text';

const channel = /^(\w+):(.+)$/s;

/** A number or another address, then its channel, such as `whatsapp`: a short space shows the number. */
export const Address = ({ address }: { readonly address: string | null }) => {
  if (address === null || address === '') return <span class="none">–</span>;
  const [, name, rest] = channel.exec(address) ?? [];
  return name === undefined || rest === undefined ? (
    <SafeText text={address} max={80} />
  ) : (
    <span class="address">
      <SafeText text={rest} max={80} />
      <span class="channel">{name}</span>
    </span>
  );
};
