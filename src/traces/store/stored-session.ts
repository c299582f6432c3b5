import { metadataNames, sessionNames } from '../dialects/session-of.ts';

/** The value of a member, where it is a text or a number with something in it. */
const named = sessionNames.map((name) => {
  const path = `'$."${name}"'`;
  return `CASE WHEN json_type(attributes, ${path}) IN ('text', 'integer') THEN nullif(attributes ->> ${path}, '') END`;
});

/** Keys that end in the id of a session, as SQL: `_` stands for any sign. */
const ending = ['session', 'conversation', 'thread', 'chat']
  .flatMap((what) => [`key LIKE '%${what}_id'`, `key LIKE '%${what}id'`])
  .join(' OR ');

const notSessions = "AND key NOT IN ('thread.id', 'thread_id', 'langsmith.trace.session_id') AND key NOT LIKE '%mcp.%'";

const endingIn = (json: string, except = '') =>
  `(SELECT value FROM json_each(${json}) WHERE type IN ('text', 'integer') AND value <> '' AND (${ending}) ${except} LIMIT 1)`;

const metadata = metadataNames.map((name) => {
  const found = `attributes ->> '$."${name}"'`;
  return endingIn(`CASE WHEN json_valid(${found}) THEN ${found} ELSE '{}' END`);
});

const said = [...named, endingIn('attributes', notSessions), ...metadata].join(',\n  ');

/** The session that a row of `span_rows` says, as SQL: for spans that were stored before `sessionOf` was asked. */
export const storedSessionSql = `CASE WHEN json_valid(attributes) THEN coalesce(${said}) END`;
