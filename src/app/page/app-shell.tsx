import { useEffect } from 'preact/hooks';
import { Guarded } from '../../reporters/page/guarded.tsx';
import type { About } from '../api/about.ts';
import { AboutContext } from './about-context.ts';
import { appViews } from './app-views.tsx';
import { useAnswer } from './ask.ts';
import { usePlace } from './place.ts';
import { RefusalNote } from './refusal-note.tsx';

/** The bar with the names of the views, and below it the view that the address names. */
export function AppShell() {
  const place = usePlace();
  const about = useAnswer<About>('/about');
  const [, first = '', ...rest] = place.split('/').map(decoded);
  const view = appViews.find(({ path }) => path === first) ?? (first === '' ? appViews[0] : undefined);
  const project = about.state === 'answered' ? about.answer.root.split(/[\\/]/).at(-1) : undefined;
  useEffect(() => {
    document.title = [view?.name, project, 'Docket'].filter((part) => part !== undefined).join(' · ');
  }, [view, project]);
  return (
    <>
      <header class="bar app-bar">
        <a class="brand" href="/runs">
          Docket
        </a>
        <nav aria-label="Docket">
          {appViews.map(({ path, name }) => (
            <a key={path} href={`/${path}`} aria-current={view?.path === path ? 'page' : undefined}>
              {name}
            </a>
          ))}
        </nav>
        {about.state === 'answered' && (
          <span class="soft project" title={about.answer.root}>
            <bdi>{project}</bdi>
            {about.answer.canWrite ? '' : ' · reading only'}
          </span>
        )}
      </header>
      {about.state === 'refused' ? (
        <main class="app-main">
          <RefusalNote refusal={about.refusal} />
        </main>
      ) : (
        about.state === 'answered' && (
          <AboutContext.Provider value={about.answer}>
            {view ? (
              <Guarded key={place} what="this view" instead="What is stored is as it was: docket --help names the commands that show it.">
                {view.draw(rest.filter((part) => part !== '').join('/'))}
              </Guarded>
            ) : (
              <main class="app-main">
                <h1>Nothing is at this address</h1>
                <p>
                  <a href="/runs">To the runs</a>
                </p>
              </main>
            )}
          </AboutContext.Provider>
        )
      )}
    </>
  );
}

/** What somebody typed may be no encoding of anything. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
