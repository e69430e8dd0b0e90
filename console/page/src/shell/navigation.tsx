import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../components/icon';
import type { Screen } from '../screen';
import { hrefOf } from '../text/route';

/** @param current the path of the entry whose screen is shown */
export const Navigation = ({ screens, current }: { readonly screens: readonly Screen[]; readonly current: string }) => {
  const list = useRef<HTMLUListElement>(null);
  // The bar of a narrow page scrolls sideways. Elsewhere Tab would go on from the entry that is scrolled to.
  useEffect(() => {
    const element = list.current;
    if (element === null || element.scrollWidth <= element.clientWidth) return;
    element.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [current]);
  return (
    <nav class="navigation" aria-label="Screens">
      <ul ref={list}>
        {screens.map(({ path, title, icon }) =>
          icon === undefined ? null : (
            <li key={path}>
              <a href={hrefOf(path)} title={title} aria-current={path === current ? 'page' : undefined}>
                <Icon name={icon} />
                <span>{title}</span>
              </a>
            </li>
          ),
        )}
      </ul>
    </nav>
  );
};
