"""The underwriter's question and tool, and a server of OpenAI's API on a loopback port whose model follows a script: it calls the tool, then believes it.

The client of each framework asks it as it would ask OpenAI; no word of it is a model's.
"""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

INCOME, DEBT, SCORE, LOAN = map(float, sys.argv[1:5])
QUESTION = f"Evaluate this loan application for ${LOAN:,.0f}"
INSTRUCTIONS = "You are a loan underwriter."
ARGUMENTS = {"annual_income": INCOME, "total_debt": DEBT}
USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}


def dti(annual_income: float, total_debt: float) -> str:
    return f"DTI: {100 * total_debt / annual_income:.1f}%"


def decision_after(result: str) -> str:
    ratio = float(result.split("DTI: ")[-1].split("%")[0])
    return json.dumps({"approved": ratio <= 40, "reasoning": f"{ratio} %"})


def chat_answer(request: dict, final_tool: str | None = None) -> dict:
    """An answer of the Chat Completions API; `final_tool` is called with the decision where a framework wants its answer so."""
    results = [json.dumps(message["content"]) for message in request["messages"] if "DTI: " in json.dumps(message.get("content"))]
    tools = [tool["function"]["name"] for tool in request.get("tools") or []]
    message: dict = {"role": "assistant", "content": None}
    if not results:
        message["tool_calls"] = [call("call_1", "calc_dti", ARGUMENTS)]
    elif final_tool in tools:
        message["tool_calls"] = [call("call_2", str(final_tool), {"answer": decision_after(results[-1])})]
    else:
        message["content"] = decision_after(results[-1])
    reason = "tool_calls" if "tool_calls" in message else "stop"
    choice = {"index": 0, "message": message, "finish_reason": reason, "logprobs": None}
    return {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "scripted", "choices": [choice], "usage": USAGE}


def call(identifier: str, name: str, arguments: dict) -> dict:
    return {"id": identifier, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}


def responses_answer(request: dict) -> dict:
    """An answer of the Responses API."""
    given = request["input"] if isinstance(request["input"], list) else []
    results = [item["output"] for item in given if item.get("type") == "function_call_output"]
    if results:
        text = {"type": "output_text", "text": decision_after(json.dumps(results[-1])), "annotations": []}
        output: dict = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [text]}
    else:
        output = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "calc_dti", "arguments": json.dumps(ARGUMENTS), "status": "completed"}
    usage = {"input_tokens": 100, "output_tokens": 20, "total_tokens": 120, "input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
    return {
        "id": "resp_1", "object": "response", "created_at": 1, "status": "completed", "model": "scripted", "output": [output], "usage": usage,
        "parallel_tool_calls": True, "tool_choice": "auto", "tools": [], "error": None, "incomplete_details": None, "instructions": None, "metadata": {},
        "temperature": 1.0, "top_p": 1.0,
    }


def serve(final_tool: str | None = None) -> str:
    """Begins to answer. Returns the address that a client takes as its base URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            answer = responses_answer(request) if self.path.endswith("/responses") else chat_answer(request, final_tool)
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/v1"
