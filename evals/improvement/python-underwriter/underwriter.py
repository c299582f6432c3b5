"""The loan underwriter as it was published: a Pydantic AI agent with two tools, one of which leaves the loan out. Its model follows a script."""

from dataclasses import dataclass

from pydantic import BaseModel
from pydantic_ai import Agent, RunContext

from scripted_model import scripted_model

TIERS = ((740, "Excellent", 45, 6.5), (670, "Good", 40, 7.2), (580, "Fair", 36, 9.1), (0, "Poor", 30, 12.5))


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


underwriter = Agent(
    scripted_model,
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
    name, most, rate = next(tier[1:] for tier in TIERS if score >= tier[0])
    return f"Score {score}: {name}. Max DTI: {most}%. Rate: {rate}%"
