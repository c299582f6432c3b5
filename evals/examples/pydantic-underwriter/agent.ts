import { commandAgent, expectedDecision, trajectory } from 'docket-evals';

/** The Pydantic AI underwriter as an agent on trial: a worker in Python, whose spans are the transcripts of its trials. */
export const underwriter = commandAgent({
  name: 'underwriter',
  command: ['python3', 'underwriter/worker.py'],
  worker: true,
  source: import.meta.url,
  input: {
    type: 'object',
    properties: {
      annual_income: { type: 'number', exclusiveMinimum: 0 },
      total_debt: { type: 'number', minimum: 0 },
      credit_score: { type: 'integer', minimum: 300, maximum: 850 },
      loan_amount: { type: 'number', exclusiveMinimum: 0 },
    },
    required: ['annual_income', 'total_debt', 'credit_score', 'loan_amount'],
    additionalProperties: false,
  },
  decision: {
    type: 'object',
    properties: { approved: { type: 'boolean' }, monthly_payment: { type: 'number' }, reasoning: { type: 'string' } },
    required: ['approved', 'monthly_payment', 'reasoning'],
    additionalProperties: false,
  },
  versions: { v1: { factors: { prompt: ['underwriter/prompts/**'], tools: ['underwriter/tools.py'] } } },
  compare: { monthly_payment: 'money', reasoning: 'ignore' },
  scorers: [expectedDecision({ approvalField: 'approved' }), trajectory({ required: ['calc_dti', 'credit_risk'], hard: true })],
});
