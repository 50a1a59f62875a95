"""What the wrappers beside this file share: the trainer's side of the contract in docs/fine-tuning/backends.md.

A wrapper reads the job's config.json, fills in the tool's own configuration beside it, runs the tool in its own process group, and
turns the tool's log into JSON lines on standard output. Needs Python 3.9 and nothing else.
"""

import ast
import json
import os
import re
import signal
import string
import subprocess
import sys

STOPPED = 128 + signal.SIGTERM


def read_job(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def emit(**line):
    """One event. Values that JSON has no number for are left out."""
    kept = {name: value for name, value in line.items() if value is not None and value == value and value not in (float("inf"), float("-inf"))}
    print(json.dumps(kept), flush=True)


def hyperparameter(job, name, default):
    value = (job.get("hyperparameters") or {}).get(name)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else default


def decimal(number):
    """A number as YAML 1.1 reads it: PyYAML takes 1e-05 for a text."""
    return f"{number:.10f}".rstrip("0").rstrip(".") if number != int(number) else str(int(number))


def quoted(text):
    """A text as YAML: what JSON quotes, YAML reads alike."""
    return json.dumps(text)


def only_supervised(job):
    method = (job.get("method") or {}).get("type") or "supervised"
    if method != "supervised":
        print(f"This wrapper trains by the method 'supervised' only, not '{method}'.", file=sys.stderr)
        sys.exit(2)


def fill(template, target, values):
    """The tool's configuration from the one beside the wrapper, in which $NAME stands for a value of the job."""
    with open(template, encoding="utf-8") as file:
        text = string.Template(file.read()).substitute(values)
    with open(target, "w", encoding="utf-8") as file:
        file.write(text)
    return target


def newest(output, pattern):
    """The newest checkpoint and its number, such as checkpoint-200; None where there is none."""
    found = [(int(match.group(1)), name) for name in (os.listdir(output) if os.path.isdir(output) else []) if (match := re.fullmatch(pattern, name))]
    return max(found) if found else None


class Checkpoints:
    """Tells of each checkpoint folder once."""

    def __init__(self, output, pattern):
        self.output, self.pattern = output, pattern
        self.seen = (newest(output, pattern) or (-1, ""))[0]

    def tell(self):
        found = newest(self.output, self.pattern)
        if found and found[0] > self.seen:
            self.seen = found[0]
            emit(checkpoint=found[1], step=found[0])


class HuggingFaceLog:
    """Lines of transformers' Trainer: {'loss': 0.69, 'learning_rate': 1e-05, 'epoch': 0.25}, once in so many steps, by which steps are counted."""

    def __init__(self, logging_steps, first_step=0):
        self.logging_steps, self.step = logging_steps, first_step

    def translate(self, line):
        match = re.search(r"\{'[^{}]*\}", line)
        if not match:
            return None
        try:
            # What is no number stands there without quotes.
            said = ast.literal_eval(re.sub(r"(?<=[:\s])-?(nan|inf)\b", "None", match.group(0)))
        except (ValueError, SyntaxError):
            return None
        if "loss" in said:
            self.step += self.logging_steps
            return {"step": self.step, "loss": as_number(said["loss"]), "learning_rate": as_number(said.get("learning_rate")), "epoch": as_number(said.get("epoch"))}
        if "eval_loss" in said:
            return {"step": self.step, "valid_loss": as_number(said["eval_loss"]), "epoch": as_number(said.get("epoch"))}
        return None


def as_number(value):
    """Newer versions of transformers write numbers as texts."""
    try:
        return None if value is None else float(value)
    except ValueError:
        return None


def run(command, translate, checkpoints, environment=None):
    """Runs the tool, tells what it does, and ends with its exit code unless it succeeds. TERM reaches the tool too, and ends the run when the tool has ended."""
    stopping = []
    tool = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})}, encoding="utf-8", errors="replace")

    def stop(*_):
        stopping.append(True)

    # The whole group is told, and the tool with it: this process only has to wait for it.
    signal.signal(signal.SIGTERM, stop)
    for line in tool.stdout:
        said = translate(line)
        if said:
            emit(**said)
        else:
            print(line.rstrip(), file=sys.stderr)
        checkpoints.tell()
    code = tool.wait()
    checkpoints.tell()
    if stopping:
        emit(message="The training was stopped; its last checkpoint is kept.", level="warn")
        sys.exit(STOPPED)
    if code != 0:
        sys.exit(code if code > 0 else 128 - code)


def finish(job, folder):
    """Names the model. PUBLISH, where it is set, is a program that makes it callable: it is given the name and the folder."""
    base = re.sub(r"[^A-Za-z0-9._-]", "-", job["model"].rsplit("/", 1)[-1])
    name = "-".join(part for part in (base, job.get("suffix"), job["job"][-12:]) if part)
    if os.environ.get("PUBLISH"):
        subprocess.run([os.environ["PUBLISH"], name, folder], check=True, stdout=sys.stderr)
    emit(model=name)
