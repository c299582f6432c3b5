"""The underwriter in the OpenAI Agents SDK, traced by OpenInference; its client asks a scripted server."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import scripted_model as script

os.environ["OPENAI_BASE_URL"] = script.serve()
os.environ["OPENAI_API_KEY"] = "none"

from agents import Agent, Runner, function_tool, set_trace_processors
from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor


@function_tool
def calc_dti(annual_income: float, total_debt: float) -> str:
    """Calculate debt-to-income ratio including the proposed loan."""
    return script.dti(annual_income, total_debt)


provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
# Nothing to OpenAI's own service, which is on by default.
set_trace_processors([])
OpenAIAgentsInstrumentor().instrument(tracer_provider=provider)
underwriter = Agent(name="underwriter", instructions=script.INSTRUCTIONS, tools=[calc_dti], model="scripted")
result = Runner.run_sync(underwriter, script.QUESTION)
provider.shutdown()
print(result.final_output)
