"""Trains by torchtune (pip install torch torchao torchtune): python3 train.py {config} {resume}

The job's model is a folder that `tune download` filled, below the variable MODELS of the backend's environment. torchtune validates on no
file by this recipe: the job's validation file is not used.
"""

import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import contract  # noqa: E402

CHECKPOINT = r"epoch_(\d+)"


def configuration(job, resume):
    models = os.path.realpath(os.environ.get("MODELS", "/models"))
    model = os.path.realpath(os.path.join(models, job["model"]))
    if os.path.commonpath([models, model]) != models:
        sys.exit(f"There is no model '{job['model']}'.")
    return {
        "MODEL_DIR": contract.quoted(model),
        "TOKENIZER": contract.quoted(os.path.join(model, "original", "tokenizer.model")),
        "TRAINING_FILE": contract.quoted(job["training_file"]),
        "OUTPUT": contract.quoted(job["output"]),
        "RESUME": "True" if resume and contract.newest(job["output"], CHECKPOINT) else "False",
        "SEED": job.get("seed") or 42,
        "EPOCHS": contract.hyperparameter(job, "n_epochs", 3),
        "BATCH": contract.hyperparameter(job, "batch_size", 2),
        "LEARNING_RATE": contract.decimal(3e-4 * contract.hyperparameter(job, "learning_rate_multiplier", 1)),
    }


def translate(line):
    """Step 10 | loss:0.69 lr:3e-05 tokens_per_second_per_gpu:512.0"""
    match = re.match(r"\s*Step (\d+) \| (.*)", line)
    if not match:
        return None
    values = dict(pair.split(":", 1) for pair in match.group(2).split() if ":" in pair)
    loss = contract.as_number(values.get("loss"))
    return None if loss is None else {"step": int(match.group(1)), "loss": loss, "learning_rate": contract.as_number(values.get("lr"))}


def main():
    job = contract.read_job(sys.argv[1])
    contract.only_supervised(job)
    path = contract.fill(os.path.join(HERE, "config.yaml"), os.path.join(job["output"], "torchtune.yaml"), configuration(job, sys.argv[2:3] == ["true"]))
    contract.run(["tune", "run", "lora_finetune_single_device", "--config", path], translate, contract.Checkpoints(job["output"], CHECKPOINT))
    last = contract.newest(job["output"], CHECKPOINT)
    contract.finish(job, os.path.join(job["output"], last[1]) if last else job["output"])


if __name__ == "__main__":
    main()
