import { expect, test } from 'vitest';
import { keyRemover } from './key-remover.ts';
import { secretsIn } from './secrets-in.ts';

test('secrets are found by the name of their variable, and the password of an address by where it stands', () => {
  const environment = {
    DESK_API_KEY: 'a key of the desk, 0123456789',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer of-a-long-header-0123,x-team=desk',
    DOCKET_STORE: 'postgres://docket:a%2Flong%20password%2C0123@one:5432,two:6432/docket?sslmode=require',
    DATABASE_URL: 'mysql://app:of-the-service-itself-0123@db/app',
    HOME: '/home/somebody',
    UNSET: undefined,
  };
  expect(secretsIn(environment)).toEqual(expect.arrayContaining(['a key of the desk, 0123456789', 'Bearer of-a-long-header-0123']));
  const clean = keyRemover(...secretsIn(environment));
  const said = ['a/long password,0123', 'a%2Flong%20password%2C0123', environment.DOCKET_STORE, environment.DATABASE_URL, '/home/somebody'];
  expect(said.map((text) => clean(text))).toEqual([
    '[key removed]',
    '[key removed]',
    'postgres://docket:[key removed]@one:5432,two:6432/docket?sslmode=require',
    'mysql://app:[key removed]@db/app',
    '/home/somebody',
  ]);
  expect(secretsIn({ PATH: '/bin', PORT: '1', URL: 'http://localhost:80/a@b', EMPTY: '' })).toEqual([]);
});
