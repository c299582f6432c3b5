"""The underwriter in Mirascope, which traces itself; its client asks a scripted server."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import scripted_model as script

os.environ["OPENAI_API_KEY"] = "none"
os.environ["OPENAI_BASE_URL"] = script.serve()

from mirascope import llm, ops
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
ops.configure(tracer_provider=provider)
ops.instrument_llm()


@llm.tool
@ops.trace
def calc_dti(annual_income: float, total_debt: float) -> str:
    """Calculate debt-to-income ratio including the proposed loan."""
    return script.dti(annual_income, total_debt)


@llm.call("openai/gpt-4.1-mini", tools=[calc_dti])
def ask(question: str):
    return [llm.messages.system(script.INSTRUCTIONS), llm.messages.user(question)]


@ops.trace
def underwriter(question: str) -> str:
    response = ask(question)
    while response.tool_calls:
        response = response.resume(response.execute_tools())
    return response.text()


with ops.session(id="session-1"):
    answer = underwriter(script.QUESTION)
provider.shutdown()
print(answer)
