"""Trains by LLaMA-Factory (pip install llamafactory): python3 train.py {config} {resume}

The chat template is the variable TEMPLATE of the backend's environment, by LLaMA-Factory's names, such as llama3 or qwen; else default.
"""

import json
import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import contract  # noqa: E402

CHECKPOINT = r"checkpoint-(\d+)"


def configuration(job, resume):
    checkpoint = contract.newest(job["output"], CHECKPOINT) if resume else None
    return {
        "MODEL": contract.quoted(job["model"]),
        "DATASET_DIR": contract.quoted(os.path.dirname(job["training_file"])),
        "TEMPLATE": os.environ.get("TEMPLATE", "default"),
        "VALIDATION": "eval_dataset: validation\neval_strategy: steps\neval_steps: 100" if job.get("validation_file") else "",
        "OUTPUT": contract.quoted(job["output"]),
        "RESUME": f"resume_from_checkpoint: {contract.quoted(os.path.join(job['output'], checkpoint[1]))}" if checkpoint else "overwrite_output_dir: true",
        "SEED": job.get("seed") or 42,
        "EPOCHS": contract.hyperparameter(job, "n_epochs", 3),
        "BATCH": contract.hyperparameter(job, "batch_size", 2),
        "LEARNING_RATE": contract.decimal(1e-4 * contract.hyperparameter(job, "learning_rate_multiplier", 1)),
    }


class TrainerLog:
    """LLaMA-Factory's own log, trainer_log.jsonl: {"current_steps": 10, "loss": 0.69, "lr": 1e-05, "epoch": 0.25}. It is read whenever a line comes."""

    def __init__(self, path):
        self.path = path
        self.offset = os.path.getsize(path) if os.path.exists(path) else 0

    def translate(self, _):
        for line in self.new_lines():
            said = translate_line(line)
            if said:
                contract.emit(**said)

    def new_lines(self):
        if not os.path.exists(self.path):
            return []
        if os.path.getsize(self.path) < self.offset:
            self.offset = 0
        with open(self.path, "rb") as file:
            file.seek(self.offset)
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        self.offset += len(whole)
        return whole.decode("utf-8", "replace").splitlines()


def translate_line(line):
    try:
        said = json.loads(line)
    except ValueError:
        return None
    if not isinstance(said, dict) or said.get("loss") is None and said.get("eval_loss") is None:
        return None
    return {"step": said.get("current_steps"), "loss": said.get("loss"), "valid_loss": said.get("eval_loss"), "learning_rate": said.get("lr"), "epoch": said.get("epoch")}


def main():
    job = contract.read_job(sys.argv[1])
    contract.only_supervised(job)
    shutil.copy(os.path.join(HERE, "dataset_info.json"), os.path.dirname(job["training_file"]))
    path = contract.fill(os.path.join(HERE, "config.yaml"), os.path.join(job["output"], "llama-factory.yaml"), configuration(job, sys.argv[2:3] == ["true"]))
    log = TrainerLog(os.path.join(job["output"], "trainer_log.jsonl"))
    contract.run(["llamafactory-cli", "train", path], log.translate, contract.Checkpoints(job["output"], CHECKPOINT))
    log.translate("")
    contract.finish(job, job["output"])


if __name__ == "__main__":
    main()
