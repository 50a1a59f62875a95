#!/bin/sh
# A trainer that obeys the contract of docs/fine-tuning/backends.md, and ways to break it.
# trainer.sh MODE {config} {data} {output} {resume}
mode=$1 config=$2 data=$3 output=$4 resume=$5
folder=${output%/output}
step=0

# Each line is a training run.
echo "$resume" >>"$folder/runs"

metrics() {
  step=$((step + 1))
  printf '{"step": %s, "loss": 0.5, "learning_rate": 1e-4, "epoch": 1, "valid_loss": 0.75}\n' "$step"
}

checkpoint() {
  echo "$step" >"$output/checkpoint"
  printf '{"checkpoint": "mine-step-%s", "step": %s}\n' "$step" "$step"
}

model() {
  printf '{"model": "mine-%s", "trained_tokens": %s}\n' "$mode" "$(wc -w <"$data/train.jsonl" | tr -d ' ')"
  exit 0
}

# Until the test makes the file.
wait_for_release() {
  until [ -e "$folder/release" ]; do
    metrics
    sleep 0.05
  done
}

case $mode in
  good)
    printf '{"message": "variables: %s", "level": "warn"}\n' "$(env | cut -d= -f1 | sort | tr '\n' ' ')"
    metrics
    metrics
    checkpoint
    metrics
    [ -s "$config" ] && model
    ;;
  slow)
    trap 'checkpoint; model' TERM
    wait_for_release
    model
    ;;
  deaf)
    trap '' TERM
    wait_for_release
    model
    ;;
  garbage)
    echo 'Loading weights: 100%|##########|'
    printf '\001\377\n{"step": \n{"step": "ten", "loss": 1}\n[1, 2]\nnull\n{"other": 1}\n{"step": 1, "loss": NaN}\n\n'
    head -c 100000 /dev/zero | tr '\0' x
    echo
    metrics
    model
    ;;
  mute)
    echo done
    ;;
  big)
    while head -c 1000000 /dev/zero >>"$output/weights"; do
      sleep 0.02
    done
    ;;
  failing)
    for line in 1 2 3 4 5 6 7 8 9 10 11 12; do
      echo "stack frame $line" >&2
    done
    echo "CUDA out of memory, token $TOKEN" >&2
    exit 3
    ;;
  killed)
    if [ "$resume" = true ]; then
      printf '{"message": "resumed from step %s"}\n' "$(cat "$output/checkpoint")"
      model
    fi
    metrics
    checkpoint
    kill -s KILL 0
    ;;
esac
