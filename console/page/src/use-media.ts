import { useEffect, useState } from 'preact/hooks';

/** Whether a media query matches now. */
export const useMedia = (query: string): boolean => {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const read = (): void => setMatches(media.matches);
    read();
    media.addEventListener('change', read);
    return () => media.removeEventListener('change', read);
  }, [query]);
  return matches;
};

/** The width below which the navigation is at the bottom and a row has two lines. */
export const narrowQuery = '(max-width: 699px)';
