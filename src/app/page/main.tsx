import { render } from 'preact';
import { AppShell } from './app-shell.tsx';
import { takeToken } from './ask.ts';
import { takeLinks } from './place.ts';

const app = document.getElementById('app');
takeLinks();
// Whatever is asked first is asked with it.
void takeToken().then(() => {
  if (app) render(<AppShell />, app);
});
