// JupyterLab and much of what it stands on ship ES modules, which Jest has to transform.
const esModules = [
  '@codemirror',
  '@jupyter',
  '@jupyterlab',
  '@lezer',
  '@lumino',
  '@marijn',
  '@microsoft',
  '@rjsf',
  '@tanstack',
  'color',
  'color-convert',
  'color-name',
  'color-string',
  'exenv-es6',
  'lib0',
  'marked',
  'mermaid',
  'nanoid',
  'vscode-ws-jsonrpc',
  'y-protocols',
  'y-websocket',
  'yjs'
];

/** @type {import('jest').Config} */
module.exports = {
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  moduleNameMapper: {
    '\\.css$': '<rootDir>/jest/css.js',
    '\\.svg$': '<rootDir>/jest/svg.js'
  },
  restoreMocks: true,
  roots: ['<rootDir>/src'],
  setupFilesAfterEnv: ['<rootDir>/jest/setup.ts'],
  // Longer than jest/until.ts waits, which says what it waited for.
  testTimeout: 180_000,
  testEnvironment: '<rootDir>/jest/environment.js',
  testMatch: ['**/*.spec.ts', '**/*.spec.tsx'],
  transform: {
    '\\.[jt]sx?$': [
      'ts-jest',
      // Types are tsc's business; here it only transpiles.
      {
        tsconfig: {
          allowJs: true,
          esModuleInterop: true,
          isolatedModules: true,
          jsx: 'react',
          module: 'commonjs',
          target: 'ES2022'
        },
        diagnostics: false
      }
    ]
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules.join('|')})/)`]
};
