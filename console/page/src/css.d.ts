/** esbuild writes the imported style sheets to page.css. */
declare module '*.css';
