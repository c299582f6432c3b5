"""The underwriter in smolagents, traced by OpenInference; its client asks a scripted server."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import scripted_model as script
from openinference.instrumentation.smolagents import SmolagentsInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from smolagents import LogLevel, OpenAIServerModel, ToolCallingAgent, tool

provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
SmolagentsInstrumentor().instrument(tracer_provider=provider)


@tool
def calc_dti(annual_income: float, total_debt: float) -> str:
    """Calculate debt-to-income ratio including the proposed loan.

    Args:
        annual_income: dollars a year
        total_debt: payments a year
    """
    return script.dti(annual_income, total_debt)


model = OpenAIServerModel(model_id="scripted", api_base=script.serve(final_tool="final_answer"), api_key="none")
underwriter = ToolCallingAgent(tools=[calc_dti], model=model, name="underwriter", description="decides loans", instructions=script.INSTRUCTIONS, verbosity_level=LogLevel.OFF)
result = underwriter.run(script.QUESTION)
provider.shutdown()
print(result)
