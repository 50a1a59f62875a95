"""python3 -m unittest discover docs/samples/trainers: the wrappers' translation of recorded log lines, and the configurations they fill in."""

import importlib.util
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import unittest
from contextlib import redirect_stdout

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import contract  # noqa: E402

TOOLS = {"trl": "trl", "axolotl": "axolotl", "llama-factory": "llamafactory-cli", "torchtune": "tune"}


def read(path):
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


def wrapper(name):
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), os.path.join(HERE, name, "train.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Translation(unittest.TestCase):
    def test_transformers_counts_steps(self):
        log = contract.HuggingFaceLog(10)
        first = log.translate("{'loss': 0.6931, 'grad_norm': 1.21, 'learning_rate': 1e-05, 'epoch': 0.25}\n")
        self.assertEqual({"step": 10, "loss": 0.6931, "learning_rate": 1e-05, "epoch": 0.25}, first)
        self.assertEqual({"step": 10, "valid_loss": 0.55, "epoch": 0.25}, log.translate("{'eval_loss': 0.55, 'eval_runtime': 12.3, 'epoch': 0.25}"))
        self.assertEqual(20, log.translate("\r 2%|  | 20/900 {'loss': '0.54', 'grad_norm': nan, 'learning_rate': '9e-06', 'epoch': '0.5'}")["step"])
        self.assertIsNone(log.translate("{'train_runtime': 81.2, 'train_loss': 0.41, 'epoch': 3.0}"))
        self.assertIsNone(log.translate("Loading checkpoint shards: 100%|##| 2/2"))
        self.assertIsNone(log.translate("{'loss': call()}"))

    def test_llama_factory_reads_its_own_log(self):
        line = '{"current_steps": 10, "total_steps": 30, "loss": 0.69, "lr": 0.0001, "epoch": 0.5, "percentage": 33.3, "elapsed_time": "0:00:10"}'
        translate = wrapper("llama-factory").translate_line
        self.assertEqual({"step": 10, "loss": 0.69, "valid_loss": None, "learning_rate": 0.0001, "epoch": 0.5}, translate(line))
        self.assertEqual(0.5, translate('{"current_steps": 10, "eval_loss": 0.5}')["valid_loss"])
        self.assertIsNone(translate('{"current_steps": 10, "elapsed_time": "0:00:10"}'))
        self.assertIsNone(translate("{'loss': 1}"))

    def test_torchtune_has_steps(self):
        translate = wrapper("torchtune").translate
        self.assertEqual({"step": 10, "loss": 0.69, "learning_rate": 3e-05}, translate("Step 10 | loss:0.69 lr:3e-05 tokens_per_second_per_gpu:512.0 \n"))
        self.assertIsNone(translate("Writing logs to /tmp/log.txt"))
        self.assertIsNone(translate("Step 10 | peak_memory_active:3.1"))

    def test_what_is_no_number_in_json_is_left_out(self):
        with redirect_stdout(io.StringIO()) as said:
            contract.emit(step=1, loss=float("nan"), epoch=None, valid_loss=0.5)
        self.assertEqual({"step": 1, "valid_loss": 0.5}, json.loads(said.getvalue()))


class Runs(unittest.TestCase):
    """The wrappers from beginning to end, with a program in the tool's place."""

    def run_wrapper(self, name, tool, stop=False, **job):
        with tempfile.TemporaryDirectory() as folder:
            for sub in ("data", "output", "bin"):
                os.mkdir(os.path.join(folder, sub))
            data, output = os.path.join(folder, "data"), os.path.join(folder, "output")
            with open(os.path.join(folder, "config.json"), "w", encoding="utf-8") as file:
                json.dump({
                    "job": "ftjob-0123456789abcdef", "model": "org/base", "seed": 7, "suffix": "mine", "output": output, "resume": False,
                    "hyperparameters": {"n_epochs": 2, "batch_size": "auto", "learning_rate_multiplier": 0.1},
                    "training_file": os.path.join(data, "train.jsonl"), "validation_file": os.path.join(data, "validation.jsonl"), **job,
                }, file)
            path = os.path.join(folder, "bin", TOOLS[name])
            with open(path, "w", encoding="utf-8") as file:
                file.write(f"#!/bin/sh\nfor last; do :; done\ncp \"$last\" {folder}/filled\n{tool.replace('OUTPUT', output)}\n")
            os.chmod(path, 0o755)
            process = subprocess.Popen(
                [sys.executable, os.path.join(HERE, name, "train.py"), os.path.join(folder, "config.json"), "false"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True,
                env={**os.environ, "PATH": f"{os.path.join(folder, 'bin')}:{os.environ['PATH']}"})
            first = process.stdout.readline() if stop else ""
            if stop:
                os.killpg(process.pid, signal.SIGTERM)
            out, err = process.communicate(timeout=30)
            said = [json.loads(line) for line in (first + out).splitlines()]
            return process.returncode, said, err, read(os.path.join(folder, "filled"))

    def test_each_wrapper_fills_the_configuration_and_names_the_model(self):
        for name in TOOLS:
            with self.subTest(name):
                line = "Step 10 | loss:0.5 lr:1e-05 " if name == "torchtune" else "{'loss': 0.5, 'learning_rate': 1e-05, 'epoch': 1.0}"
                checkpoint = "epoch_0" if name == "torchtune" else "checkpoint-10"
                log = "echo '{\"current_steps\": 10, \"loss\": 0.5, \"lr\": 1e-05}' >>OUTPUT/trainer_log.jsonl\n" if name == "llama-factory" else ""
                code, said, err, filled = self.run_wrapper(name, f"mkdir OUTPUT/{checkpoint}\n{log}echo \"{line}\"\necho garbage")
                self.assertEqual(0, code, err)
                self.assertEqual((10, 0.5), (said[0]["step"], said[0]["loss"]))
                self.assertIn(checkpoint, [one.get("checkpoint") for one in said])
                self.assertEqual({"model": "base-mine-456789abcdef"}, said[-1])
                self.assertIn("garbage", err)
                self.assertNotIn("$", filled.replace("$NAME", ""))
                self.assertRegex(filled, r"0\.0000[123]\b")
                self.assertRegex(filled, r"(num_train_epochs|num_epochs|epochs): 2\b")

    def test_a_tool_that_fails_gives_its_code(self):
        code, said, err, _ = self.run_wrapper("trl", "echo 'out of memory' >&2; exit 3")
        self.assertEqual((3, []), (code, said))
        self.assertIn("out of memory", err)

    def test_a_run_that_is_told_to_stop_waits_for_the_tool_and_names_no_model(self):
        tool = "trap 'mkdir OUTPUT/checkpoint-20; exit 0' TERM\necho \"{'loss': 0.5, 'epoch': 1.0}\"\nwhile :; do sleep 0.05; done"
        code, said, err, _ = self.run_wrapper("trl", tool, stop=True)
        self.assertEqual(contract.STOPPED, code, err)
        self.assertIn("checkpoint-20", [one.get("checkpoint") for one in said])
        self.assertNotIn("model", said[-1])

    def test_another_method_is_refused(self):
        code, _, err, _ = self.run_wrapper("axolotl", "", method={"type": "dpo"})
        self.assertEqual(2, code)
        self.assertIn("'dpo'", err)


if __name__ == "__main__":
    unittest.main()
