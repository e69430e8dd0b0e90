import { useEffect, useState } from 'preact/hooks';
import type { MediaView } from '../../../api';
import { useConsole } from '../console-context';
import { Button } from './button';
import { SafeText } from './safe-text';

interface Shown {
  readonly url: string;
  readonly type: string;
}

const MediaContent = ({ shown, name }: { readonly shown: Shown; readonly name: string }) => {
  if (shown.type.startsWith('image/')) return <img class="media-shown" src={shown.url} alt={name} />;
  if (shown.type.startsWith('video/')) return <video class="media-shown" src={shown.url} controls />;
  if (shown.type.startsWith('audio/')) return <audio src={shown.url} controls />;
  return (
    <a href={shown.url} download={name}>
      Save {name}
    </a>
  );
};

/** An attachment, which the gateway fetches by a click only. */
export const MediaItem = ({
  account,
  message,
  index,
  media,
}: {
  readonly account: string;
  readonly message: string;
  readonly index: number;
  readonly media: MediaView | null;
}) => {
  const { api } = useConsole();
  const [shown, setShown] = useState<Shown | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => () => (shown === null ? undefined : URL.revokeObjectURL(shown.url)), [shown]);
  const name = `attachment ${index + 1}`;

  const show = async (): Promise<void> => {
    setBusy(true);
    const result = await api.media(account, message, index);
    setBusy(false);
    setError(result.ok ? null : result.message);
    if (result.ok) setShown({ url: URL.createObjectURL(result.value), type: result.value.type });
  };

  return (
    <div class="media">
      {shown === null ? (
        <Button icon="image" isBusy={isBusy} onClick={() => void show()}>
          Show {name}
        </Button>
      ) : (
        <MediaContent shown={shown} name={name} />
      )}
      {media === null ? null : (
        <span class="media-source">
          <SafeText text={`${media.contentType ?? 'unknown type'} · ${media.url ?? 'no URL'}`} max={200} />
        </span>
      )}
      {error === null ? null : (
        <span class="media-error" role="alert">
          {error}
        </span>
      )}
    </div>
  );
};
