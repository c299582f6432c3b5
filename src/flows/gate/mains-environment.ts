const prefix = 'DOCKET_MAIN_';

/** The environment of main's side: `DOCKET_MAIN_NAME` is the variable `NAME` there. */
export function mainsEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(environment).flatMap(([name, value]) =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
  );
  return own.length === 0 ? environment : { ...environment, ...Object.fromEntries(own) };
}
