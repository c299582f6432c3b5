import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Most of a worker's start is compiling; kept where the command line keeps it.
enableCompileCache(fileURLToPath(new URL('../../../.docket/compile-cache', import.meta.url)));

// Loaded now, because what is imported above is compiled before the cache is open.
await import('./serve.ts');
