"""Trains by TRL (pip install 'trl[peft]'): python3 train.py {config} {resume}"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import contract  # noqa: E402

LOGGING_STEPS = 10
CHECKPOINT = r"checkpoint-(\d+)"


def configuration(job, resume):
    # A folder with train.jsonl and validation.jsonl is a dataset with these splits.
    checkpoint = contract.newest(job["output"], CHECKPOINT) if resume else None
    return {
        "MODEL": contract.quoted(job["model"]),
        "DATA": contract.quoted(os.path.dirname(job["training_file"])),
        "VALIDATION": "dataset_test_split: validation\neval_strategy: steps\neval_steps: 100" if job.get("validation_file") else "eval_strategy: \"no\"",
        "OUTPUT": contract.quoted(job["output"]),
        "SEED": job.get("seed") or 42,
        "EPOCHS": contract.hyperparameter(job, "n_epochs", 3),
        "BATCH": contract.hyperparameter(job, "batch_size", 4),
        "LEARNING_RATE": contract.decimal(2e-4 * contract.hyperparameter(job, "learning_rate_multiplier", 1)),
        "RESUME": f"resume_from_checkpoint: {contract.quoted(os.path.join(job['output'], checkpoint[1]))}" if checkpoint else "",
    }, (checkpoint or (0, ""))[0]


def main():
    job = contract.read_job(sys.argv[1])
    contract.only_supervised(job)
    values, first = configuration(job, sys.argv[2:3] == ["true"])
    path = contract.fill(os.path.join(HERE, "config.yaml"), os.path.join(job["output"], "trl.yaml"), values)
    contract.run(["trl", "sft", "--config", path], contract.HuggingFaceLog(LOGGING_STEPS, first).translate, contract.Checkpoints(job["output"], CHECKPOINT))
    contract.finish(job, job["output"])


if __name__ == "__main__":
    main()
