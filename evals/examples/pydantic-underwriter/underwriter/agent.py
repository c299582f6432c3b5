"""The loan underwriter of the published original, in Pydantic AI, with its calc_dti repaired. Put any model of Pydantic AI in the place of the scripted one."""

from pathlib import Path

from pydantic import BaseModel
from pydantic_ai import Agent, RunContext

from scripted_model import scripted_model
from tools import LoanApplication, calc_dti, credit_risk


class LoanDecision(BaseModel):
    approved: bool
    monthly_payment: float
    reasoning: str


underwriter = Agent(
    scripted_model,
    name="underwriter",
    deps_type=LoanApplication,
    output_type=LoanDecision,
    instructions=(Path(__file__).parent / "prompts" / "system.md").read_text(),
)


@underwriter.tool(name="calc_dti")
def _(context: RunContext[LoanApplication]) -> str:
    """Calculate the debt-to-income ratio including the proposed loan."""
    return calc_dti(context.deps)


@underwriter.tool(name="credit_risk")
def _(context: RunContext[LoanApplication]) -> str:
    """Look up the credit risk category and the maximum DTI."""
    return credit_risk(context.deps)
