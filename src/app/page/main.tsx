import { render } from 'preact';
import { AppShell } from './app-shell.tsx';
import { takeToken } from './ask.ts';
import { takeLinks } from './place.ts';

const app = document.getElementById('app');
takeToken();
takeLinks();
if (app) render(<AppShell />, app);
