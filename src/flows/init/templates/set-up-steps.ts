import { type ProjectPlan, yamlValue } from './project-plan.ts';

/** Steps after the checkout, by which the project can run. */
export function setUpSteps({ survey }: ProjectPlan): string[][] {
  const { installer, python, below } = survey;
  const folder = yamlValue(below === '' ? '.' : below);
  return [
    [
      'uses: actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0',
      'with:',
      '  node-version: 24',
      ...(installer.cache && below === '' ? [`  cache: ${installer.cache}`] : []),
    ],
    ...(python?.program[0] === 'uv' || python?.program[0] === 'poetry' ? [[`run: pipx install ${python.program[0]}`]] : []),
    ...(installer.bring ? [[`run: ${installer.bring}`]] : []),
    [`run: ${installer.install}`, `working-directory: ${folder}`],
    ...(python?.setup ? [[`run: ${python.setup.join(' ')}`, `working-directory: ${folder}`]] : []),
  ];
}
