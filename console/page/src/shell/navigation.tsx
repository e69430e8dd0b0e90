import { Icon } from '../components/icon';
import type { Screen } from '../screen';
import { hrefOf } from '../text/route';

/** @param current the path of the entry whose screen is shown */
export const Navigation = ({ screens, current }: { readonly screens: readonly Screen[]; readonly current: string }) => (
  <nav class="navigation" aria-label="Screens">
    <ul>
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
