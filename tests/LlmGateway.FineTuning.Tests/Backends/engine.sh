#!/bin/sh
# Docker's command line as far as trainers use it: runs the container's command on this machine.
[ "$1" = run ] || exit 0
arguments=$*
while :; do
  case $1 in
    -v) folder=${2%:/job}; shift 2 ;;
    --name | -w | -e | --gpus) shift 2 ;;
    run | --rm) shift ;;
    *) break ;;
  esac
done
echo "$arguments" >"$folder/engine"
shift
left=$#
while [ "$left" -gt 0 ]; do
  argument=$1
  shift
  case $argument in /job*) argument=$folder${argument#/job} ;; esac
  set -- "$@" "$argument"
  left=$((left - 1))
done
exec "$@"
