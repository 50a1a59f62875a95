"""Trains by Axolotl (https://docs.axolotl.ai/docs/installation.html): python3 train.py {config} {resume}"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import contract  # noqa: E402

LOGGING_STEPS = 10
CHECKPOINT = r"checkpoint-(\d+)"


def configuration(job, resume):
    validation = job.get("validation_file")
    checkpoint = contract.newest(job["output"], CHECKPOINT) if resume else None
    return {
        "MODEL": contract.quoted(job["model"]),
        "TRAINING_FILE": contract.quoted(job["training_file"]),
        "VALIDATION": f"test_datasets:\n  - path: {contract.quoted(validation)}\n    ds_type: json\n    type: chat_template\n    split: train\neval_steps: 100" if validation else "val_set_size: 0",
        "PREPARED": contract.quoted(os.path.join(job["output"], "prepared")),
        "OUTPUT": contract.quoted(job["output"]),
        "SEED": job.get("seed") or 42,
        "EPOCHS": contract.hyperparameter(job, "n_epochs", 3),
        "BATCH": contract.hyperparameter(job, "batch_size", 2),
        "LEARNING_RATE": contract.decimal(2e-4 * contract.hyperparameter(job, "learning_rate_multiplier", 1)),
        "RESUME": "true" if checkpoint else "false",
    }, (checkpoint or (0, ""))[0]


def main():
    job = contract.read_job(sys.argv[1])
    contract.only_supervised(job)
    values, first = configuration(job, sys.argv[2:3] == ["true"])
    path = contract.fill(os.path.join(HERE, "config.yaml"), os.path.join(job["output"], "axolotl.yaml"), values)
    contract.run(["axolotl", "train", path], contract.HuggingFaceLog(LOGGING_STEPS, first).translate, contract.Checkpoints(job["output"], CHECKPOINT))
    contract.finish(job, job["output"])


if __name__ == "__main__":
    main()
