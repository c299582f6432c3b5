import { render } from 'preact';
import { App } from './app.tsx';
import type { PageIndex } from './page-data.ts';

const page = document.getElementById('page');
const index = document.getElementById('index')?.textContent;
if (page && index) {
  page.replaceChildren();
  render(<App index={JSON.parse(index) as PageIndex} />, page);
}
