"""A stand-in for a language model that follows the rules of its prompt, and knows no others: no real model answers."""

import re

from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo, FunctionModel


def respond(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    results = {
        part.tool_name: str(part.content) for message in messages for part in message.parts if isinstance(part, ToolReturnPart)
    }
    if not results:
        return ModelResponse(parts=[TextPart("Let me check."), ToolCallPart("calc_dti", {}), ToolCallPart("credit_risk", {})])
    rules = info.instructions or ""
    ratio = float(re.search(r"DTI: ([\d.]+)%", results["calc_dti"]).group(1))
    payment = float(re.search(r"payment: \$([\d.,]+)\)", results["calc_dti"]).group(1).replace(",", ""))
    most = float(re.search(r"Max DTI: ([\d.]+)%", results["credit_risk"]).group(1))
    approved = ratio <= most if "at most the maximum" in rules else True
    decision = {
        "approved": approved,
        "monthly_payment": payment if "of the proposed loan" in rules else 0.0,
        "reasoning": f"{ratio} % of {most} %.",
    }
    return ModelResponse(parts=[ToolCallPart(info.output_tools[0].name, decision)])


scripted_model = FunctionModel(respond, model_name="scripted-underwriter")
