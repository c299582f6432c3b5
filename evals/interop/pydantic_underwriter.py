"""The loan underwriter as it was before Docket: a Pydantic AI agent with two tools, traced by Logfire, here with a model that follows a script.

Usage: python pydantic_underwriter.py INSTRUMENTATION_VERSION INCOME DEBT SCORE LOAN
Sends its trace to OTEL_EXPORTER_OTLP_ENDPOINT and prints the trace id and the decision as JSON.
"""

import json
import sys
from dataclasses import dataclass

import logfire
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import BaseModel
from pydantic_ai import Agent, RunContext
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo, FunctionModel


@dataclass
class LoanApplication:
    annual_income: float
    total_debt: float
    credit_score: int
    loan_amount: float


class LoanDecision(BaseModel):
    approved: bool
    max_loan: float
    monthly_payment: float
    reasoning: str


def scripted_model(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    """Calls both tools at once, then believes the debt-to-income ratio that leaves the loan out."""
    results = [part for message in messages for part in message.parts if isinstance(part, ToolReturnPart)]
    if not results:
        return ModelResponse(parts=[TextPart("Let me check."), ToolCallPart("calc_dti", {}), ToolCallPart("credit_risk", {})])
    ratio, risk = (float(part.content.split("%")[0].split()[-1]) for part in results)
    decision = {"approved": ratio <= risk, "max_loan": 0.0, "monthly_payment": 0.0, "reasoning": f"{ratio} % of {risk} %."}
    return ModelResponse(parts=[ToolCallPart(info.output_tools[0].name, decision)])


underwriter = Agent(
    FunctionModel(scripted_model, model_name="scripted"),
    name="underwriter",
    deps_type=LoanApplication,
    output_type=LoanDecision,
    instructions="You are a loan underwriter. Use the provided tools to assess the applicant, then make a decision.",
)


@underwriter.tool
def calc_dti(context: RunContext[LoanApplication]) -> str:
    """Calculate debt-to-income ratio including the proposed loan."""
    debt, income = context.deps.total_debt / 12, context.deps.annual_income / 12
    return f"DTI: {100 * debt / income:.1f}% (monthly debt: ${debt:,.0f}, monthly income: ${income:,.0f})"


@underwriter.tool
def credit_risk(context: RunContext[LoanApplication]) -> str:
    """Look up credit risk category and max DTI allowed."""
    score = context.deps.credit_score
    tiers = ((740, "Excellent", 45, 6.5), (670, "Good", 40, 7.2), (580, "Fair", 36, 9.1), (0, "Poor", 30, 12.5))
    name, most, rate = next(tier[1:] for tier in tiers if score >= tier[0])
    return f"Score {score}: {name}. Max DTI: {most}%. Rate: {rate}%"


def main() -> None:
    version, income, debt, score, loan = sys.argv[1:]
    memory = InMemorySpanExporter()
    # Where OTEL_EXPORTER_OTLP_ENDPOINT points, Logfire sends its traces as well; its own service is left out here.
    logfire.configure(send_to_logfire=False, console=False, additional_span_processors=[SimpleSpanProcessor(memory)])
    logfire.instrument_pydantic_ai(version=int(version))
    application = LoanApplication(float(income), float(debt), int(score), float(loan))
    result = underwriter.run_sync(f"Evaluate this loan application for ${application.loan_amount:,.0f}", deps=application)
    logfire.force_flush()
    trace_id = memory.get_finished_spans()[0].context.trace_id
    print(json.dumps({"traceId": f"{trace_id:032x}", "decision": result.output.model_dump()}))


if __name__ == "__main__":
    main()
