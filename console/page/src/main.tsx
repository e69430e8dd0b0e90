import { render } from 'preact';

/** The page's root. */
const Page = () => <main>Inbox</main>;

render(<Page />, document.body);
