import type { AgentKind } from './answers.ts';
import { caseFiles } from './templates/case-files.ts';
import { commandFiles } from './templates/command-agent.ts';
import { codingAgentFiles, folderFiles, matrixFiles, projectFiles, suiteFiles, workflowFiles } from './templates/common-files.ts';
import { functionFiles } from './templates/function-agent.ts';
import { httpFiles } from './templates/http-agent.ts';
import { messagesFiles } from './templates/messages-agent.ts';
import type { ProjectPlan, WantedFile } from './templates/project-plan.ts';
import { promptfooFiles } from './templates/promptfoo-agent.ts';

const agentFiles: Readonly<Record<AgentKind, (plan: ProjectPlan) => WantedFile[]>> = {
  function: functionFiles,
  command: commandFiles,
  http: httpFiles,
  messages: messagesFiles,
  promptfoo: promptfooFiles,
};

/**
 * Every file that the project should have. Where there is a configuration already, its agent is the project's, and only what stands around it is
 * wanted; where there are cases already, no others are.
 * @param today as YYYY-MM-DD
 */
export function planFiles(plan: ProjectPlan, today: string): WantedFile[] {
  const { survey } = plan;
  const own = survey.config === undefined ? [...projectFiles(plan), ...agentFiles[plan.answers.kind](plan)] : [];
  const cases = caseFiles(plan, today);
  const wanted = survey.hasCases || survey.config !== undefined ? cases.filter(({ path }) => path.endsWith('case.schema.json')) : cases;
  return [
    ...folderFiles(plan),
    ...own,
    ...wanted,
    ...suiteFiles(plan),
    ...matrixFiles(plan),
    ...workflowFiles(plan),
    ...codingAgentFiles(),
  ];
}
