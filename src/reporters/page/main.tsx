import { render } from 'preact';
import { App } from './app.tsx';
import type { PageData } from './page-data.ts';
import { RecordedView } from './recorded-view.tsx';
import { VersionTryView } from './version-try-view.tsx';

const page = document.getElementById('page');
const index = document.getElementById('index')?.textContent;
if (page && index) {
  page.replaceChildren();
  const data = JSON.parse(index) as PageData;
  render(viewOf(data), page);
}

function viewOf(data: PageData) {
  if ('tried' in data) return <VersionTryView tried={data.tried} />;
  return 'recorded' in data ? <RecordedView index={data} /> : <App index={data} />;
}
