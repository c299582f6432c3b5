"""The underwriter as a crew of one in CrewAI, traced by OpenInference; its client asks a scripted server."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import scripted_model as script

os.environ.update(OPENAI_API_KEY="none", CREWAI_DISABLE_TELEMETRY="true", CREWAI_TRACING_ENABLED="false", CREWAI_TESTING="true")

from crewai import LLM, Agent, Crew, Task
from crewai.tools import tool
from openinference.instrumentation.crewai import CrewAIInstrumentor
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
CrewAIInstrumentor().instrument(tracer_provider=provider, skip_dep_check=True)
OpenAIInstrumentor().instrument(tracer_provider=provider)


@tool("calc_dti")
def calc_dti(annual_income: float, total_debt: float) -> str:
    """Calculate debt-to-income ratio including the proposed loan."""
    return script.dti(annual_income, total_debt)


model = LLM(model="openai/gpt-4.1-mini", base_url=script.serve(), api_key="none")
underwriter = Agent(role="underwriter", goal="decide loans", backstory=script.INSTRUCTIONS, tools=[calc_dti], llm=model)
task = Task(description=script.QUESTION, expected_output="the decision as JSON", agent=underwriter)
result = Crew(agents=[underwriter], tasks=[task]).kickoff()
provider.shutdown()
print(str(result).strip())
