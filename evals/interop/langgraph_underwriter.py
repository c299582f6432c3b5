"""The same underwriter in LangGraph, traced by OpenInference: another framework, another dialect, the same receiver.

Usage: python langgraph_underwriter.py INCOME DEBT SCORE LOAN
Sends its trace to OTEL_EXPORTER_OTLP_ENDPOINT and prints the decision as JSON.
"""

import json
import sys
from typing import Any

from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import tool
from langgraph.graph import MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition
from openinference.instrumentation.langchain import LangChainInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor


class ScriptedModel(BaseChatModel):
    """Calls the tool, then believes it."""

    application: dict[str, float]

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **_: Any) -> ChatResult:
        answers = [message for message in messages if isinstance(message, ToolMessage)]
        if answers:
            ratio = float(str(answers[-1].content).split("%")[0].split()[-1])
            message = AIMessage(json.dumps({"approved": ratio <= 40, "reasoning": f"{ratio} %"}))
        else:
            arguments = {"annual_income": self.application["annual_income"], "total_debt": self.application["total_debt"]}
            message = AIMessage("", tool_calls=[{"name": "calc_dti", "args": arguments, "id": "call_1"}])
        message.usage_metadata = {"input_tokens": 100, "output_tokens": 20, "total_tokens": 120}
        return ChatResult(generations=[ChatGeneration(message=message)])


@tool
def calc_dti(annual_income: float, total_debt: float) -> str:
    """Calculate debt-to-income ratio including the proposed loan."""
    return f"DTI: {100 * total_debt / annual_income:.1f}%"


def main() -> None:
    names = ("annual_income", "total_debt", "credit_score", "loan_amount")
    application = dict(zip(names, map(float, sys.argv[1:]), strict=True))
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
    LangChainInstrumentor().instrument(tracer_provider=provider)
    model = ScriptedModel(application=application)
    graph = StateGraph(MessagesState)
    graph.add_node("decide", lambda state: {"messages": [model.invoke(state["messages"])]})
    graph.add_node("tools", ToolNode([calc_dti]))
    graph.set_entry_point("decide")
    graph.add_conditional_edges("decide", tools_condition)
    graph.add_edge("tools", "decide")
    question = f"Evaluate this loan application for ${application['loan_amount']:,.0f}"
    messages = [SystemMessage("You are a loan underwriter."), HumanMessage(question)]
    answer = graph.compile(name="langgraph-underwriter").invoke({"messages": messages})
    provider.shutdown()
    print(answer["messages"][-1].content)


if __name__ == "__main__":
    main()
