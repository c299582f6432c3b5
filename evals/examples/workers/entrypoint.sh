#!/bin/sh
# Each secret that is mounted as a file becomes the variable of the file's name. A variable stands in no list of containers this way.
set -eu
for file in /run/secrets/*; do
  if [ -f "$file" ]; then
    value=$(cat "$file")
    export "$(basename "$file")=$value"
  fi
done
exec "$@"
