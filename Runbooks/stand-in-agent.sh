#!/bin/bash
# Stands in for an AI agent: reads, runs commands, edits, and tries two things that it may not do.
set -u
task=${1:-nothing}
echo "agent: the task is: $task"
echo "agent: the project has $(git ls-files | wc -l) files, last change: $(git log -1 --format=%s 2>/dev/null)"

if cat "$HOME/.ssh/id_ed25519" 2>/dev/null; then
  echo "agent: I could read a private key"; exit 1
fi
echo "agent: private keys are out of reach"

if (exec 3<>/dev/tcp/192.0.2.1/443) 2>/dev/null; then
  echo "agent: I could reach the network"; exit 1
fi
echo "agent: the network is out of reach"

mkdir -p dist
printf '# Notes\n\n- task: %s\n- done: %s\n' "$task" "$(date -u +%F)" > dist/agent-notes.md
echo "agent: wrote dist/agent-notes.md"
