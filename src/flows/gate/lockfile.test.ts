import { expect, test } from 'vitest';
import { differentlyLocked } from './lockfile.ts';

const packages = ['zod', '@scope/tool', 'left', 'absent'];
const npm = (zod: string, nested = '1.0.0') =>
  JSON.stringify({
    packages: {
      '': { dependencies: { zod: '*' } },
      'node_modules/zod': { version: zod },
      'node_modules/left': { version: '1.0.0' },
      'node_modules/left/node_modules/@scope/tool': { version: nested },
      'node_modules/notzod': { version: zod },
    },
  });
const npmBefore7 = (zod: string, nested = '1.0.0') =>
  JSON.stringify({
    lockfileVersion: 1,
    dependencies: {
      zod: { version: zod },
      left: { version: '1.0.0', dependencies: { '@scope/tool': { version: nested } } },
      notzod: { version: zod },
    },
  });
const pnpm = (zod: string, tool = '2.0.0') => `lockfileVersion: '9.0'

packages:

  '@scope/tool@2.0.0':
    resolution: {integrity: sha512-${tool}}

  left@1.0.0:
    resolution: {integrity: sha512-left}

  zod@4.0.0:
    resolution: {integrity: sha512-${zod}}
    engines: {node: '>=18'}

  zod-to-json@1.0.0:
    resolution: {integrity: sha512-other-${zod}}
`;
const yarn = (zod: string, tool = 'aaa') => `# yarn lockfile v1

"@scope/tool@^2.0.0", "@scope/tool@^2.1.0":
  version "2.1.0"
  integrity sha512-${tool}

left@^1.0.0:
  version "1.0.0"

zod@^4.0.0:
  version "${zod}"
  dependencies:
    left "^1.0.0"
`;
const bun = (zod: string, tool = 'aaa') => `{
  "lockfileVersion": 1,
  "packages": {
    "@scope/tool": ["@scope/tool@2.0.0", "", {}, "sha512-${tool}"],
    "left": ["left@1.0.0", "", {}, "sha512-left"],
    "zod": ["zod@4.0.0", "", {}, "sha512-${zod}"],
  }
}
`;

test.each([
  ['package-lock.json', npm],
  ['package-lock.json', npmBefore7],
  ['npm-shrinkwrap.json', npm],
  ['pnpm-lock.yaml', pnpm],
  ['yarn.lock', yarn],
  ['bun.lock', bun],
])('of %s the packages are told that it locks differently, and no other', (name, lockfile) => {
  const changed = (one: string, other: string) => differentlyLocked(name, one, other, packages);
  expect(changed(lockfile('4.0.0'), lockfile('4.0.0'))).toEqual([]);
  expect(changed(lockfile('4.0.0'), lockfile('4.0.1'))).toEqual(['zod']);
  expect(changed(lockfile('4.0.0', 'before'), lockfile('4.0.0', 'after'))).toEqual(['@scope/tool']);
  expect(changed(lockfile('4.0.0', 'before'), lockfile('4.0.1', 'after'))).toEqual(['@scope/tool', 'zod']);
});

test('a lockfile of npm that is no JSON locks everything differently', () => {
  expect(differentlyLocked('package-lock.json', npm('4.0.0'), '<<<<<<< main', ['left', 'zod'])).toEqual(['left', 'zod']);
});

test('a lockfile of bytes says something of every package', () => {
  expect(differentlyLocked('bun.lockb', 'zod@4', 'zod@4', packages)).toEqual([]);
  expect(differentlyLocked('bun.lockb', 'zod@4', 'zod@5', ['left', 'zod'])).toEqual(['left', 'zod']);
});

test('lines of another system end alike', () => {
  expect(differentlyLocked('yarn.lock', yarn('4.0.0'), yarn('4.0.0').replaceAll('\n', '\r\n'), packages)).toEqual([]);
});
