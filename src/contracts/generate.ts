import { writeFileSync } from 'node:fs';
import { caseSchemaFile } from './case-schema-file.ts';

writeFileSync(new URL('../../cases/case.schema.json', import.meta.url), caseSchemaFile());
