"""The peer of bench/checkpoint.ts: saves and loads with PyTorch, one command a line on standard input.

  make FILE      load FILE, which becomes the value to save
  save FILE      torch.save; answers the seconds that passed and those of the processor
  save+sync FILE torch.save, then fsync of file and folder
  load FILE      torch.load(weights_only=True); of 1.13, whose restricted reader knows no floats, torch.load
"""
import os
import sys
import time

import torch

torch.set_num_threads(2)
restricted = not torch.__version__.startswith("1.13")
value = None
print(torch.__version__, flush=True)
for line in sys.stdin:
    command, path = line.rstrip("\n").split(" ", 1)
    start, cpu = time.perf_counter(), time.process_time()
    if command == "make":
        value = torch.load(path, weights_only=restricted, map_location="cpu")
        for state in value["optimizer_state_dict"]["state"].values():
            state["step"] = state["step"].clone()
    elif command == "save":
        torch.save(value, path)
    elif command == "save+sync":
        torch.save(value, path)
        for name, flags in ((path, os.O_RDWR), (os.path.dirname(path), os.O_RDONLY)):
            handle = os.open(name, flags)
            os.fsync(handle)
            os.close(handle)
    elif command == "load":
        loaded = torch.load(path, weights_only=restricted, map_location="cpu")
        del loaded
    print(time.perf_counter() - start, time.process_time() - cpu, flush=True)
