"""A stand-in for a language model: no real model answers. It calls every tool, follows the rules that it finds, and guesses like the published runs where it finds none."""

import re

from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart, ToolReturnPart, UserPromptPart
from pydantic_ai.models.function import AgentInfo, FunctionModel


def respond(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    parts = [part for message in messages for part in message.parts]
    results = {part.tool_name: str(part.content) for part in parts if isinstance(part, ToolReturnPart)}
    if not results:
        return ModelResponse(parts=[TextPart("Let me check."), *(ToolCallPart(tool.name, {}) for tool in info.function_tools)])
    said = "\n".join(results.values())
    asked = next(str(part.content) for part in parts if isinstance(part, UserPromptPart))
    ruled = info.instructions or ""
    ratio = figure(r"DTI: ([\d.]+)%", said)
    loan = figure(r"\$([\d.,]+)", asked)
    # The published runs gave the amount requested, nothing, or a round figure.
    guess = (loan, 0.0, round(0.9 * loan, -3))[int(loan / 1000) % 3]
    decision = {
        "approved": ratio <= figure(r"Max DTI: ([\d.]+)%", said),
        "max_loan": figure(r"Maximum loan: \$([\d.,]+)", said) if "Take max_loan from" in ruled else guess,
        "monthly_payment": figure(r"Monthly payment: \$([\d.,]+)" if "Take monthly_payment from" in ruled else r"monthly debt: \$([\d.,]+)", said),
        "post_loan_dti": ratio,
        "reasoning": f"The DTI is {ratio} %.",
    }
    output = info.output_tools[0]
    fields = output.parameters_json_schema["properties"]
    return ModelResponse(parts=[ToolCallPart(output.name, {name: value for name, value in decision.items() if name in fields})])


def figure(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    return float(found.group(1).replace(",", "").rstrip(".")) if found else 0.0


scripted_model = FunctionModel(respond, model_name="scripted-underwriter")
