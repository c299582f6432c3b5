"""What the underwriter may call. Nothing in here knows of Docket."""

from dataclasses import dataclass

TIERS = ((740, "Excellent", 45.0, 6.5), (670, "Good", 40.0, 7.2), (580, "Fair", 36.0, 9.1), (0, "Poor", 30.0, 12.5))


@dataclass
class LoanApplication:
    annual_income: float
    total_debt: float
    credit_score: int
    loan_amount: float


def tier(application: LoanApplication):
    return next(tier for tier in TIERS if application.credit_score >= tier[0])


def payment(application: LoanApplication) -> float:
    """Of thirty years, monthly."""
    rate = tier(application)[3] / 100 / 12
    return application.loan_amount * rate / (1 - (1 + rate) ** -360)


def calc_dti(application: LoanApplication) -> str:
    """Calculate the debt-to-income ratio including the proposed loan."""
    monthly = application.total_debt / 12 + payment(application)
    ratio = 100 * monthly / (application.annual_income / 12)
    return f"DTI: {ratio:.2f}% (proposed payment: ${payment(application):,.2f})"


def credit_risk(application: LoanApplication) -> str:
    """Look up the credit risk category and the maximum DTI."""
    _, name, most, rate = tier(application)
    return f"Score {application.credit_score}: {name}. Max DTI: {most}%. Rate: {rate}%"
