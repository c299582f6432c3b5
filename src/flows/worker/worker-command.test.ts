import { expect, test } from 'vitest';
import { vendorsOf } from '../../traces/vendors/vendors.ts';
import { workerCommand } from './worker-command.ts';

test('a worker gets no variable of any vendor of traces, in any spelling, and keeps those of its agent', () => {
  const keys = [...vendorsOf('import'), ...vendorsOf('send')].flatMap(({ variables }) => variables);
  expect(keys.length).toBeGreaterThan(8);
  const others = ['DD_SITE', 'dd_api_key', 'Langfuse_Host', 'LOGFIRE_BASE_URL', 'OTEL_EXPORTER_OTLP_HEADERS', 'DOCKET_STORE_SECRET'];
  const environment = Object.fromEntries([...keys, ...others].map((name) => [name, 'secret']));
  expect(workerCommand('/desk', { ...environment, PARCEL_KEY: 'kept', DDX: 'kept', PATH: '/bin' }).environment).toEqual({
    PARCEL_KEY: 'kept',
    DDX: 'kept',
    PATH: '/bin',
  });
});
