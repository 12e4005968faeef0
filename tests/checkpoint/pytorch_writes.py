"""Writes files with torch.save into a folder, and prints what is in them: each tensor's type, shape and bytes in hex."""
import json
import math
import sys
from collections import OrderedDict

import torch

folder = sys.argv[1]
torch.manual_seed(3)


def facts(tensor):
    flat = tensor.detach().contiguous().reshape(-1)
    if flat.dtype == torch.bool:
        flat = flat.to(torch.uint8)
    if flat.dtype == torch.bfloat16:
        flat = flat.view(torch.int16)
    return {"dtype": str(tensor.dtype)[len("torch."):], "shape": list(tensor.shape), "hex": flat.numpy().tobytes().hex()}


def save(name, value, **options):
    torch.save(value, f"{folder}/{name}", **options)
    tensors = {}

    def visit(path, item):
        if isinstance(item, torch.Tensor):
            tensors[path] = facts(item)
        elif isinstance(item, dict):
            for key, child in item.items():
                visit(f"{path}/{key}", child)
        elif isinstance(item, (list, tuple)):
            for index, child in enumerate(item):
                visit(f"{path}/{index}", child)

    visit("", value)
    return tensors


expected = {}

# float32 bits: quiet and signalling NaN with payloads, both infinities, -0, the smallest subnormal
odd = torch.tensor([0x7FC00001, 0x7F800001, -0x3FFFFF, 0x7F800000, -0x800000, -0x80000000, 1], dtype=torch.int32)
expected["types.pt"] = save("types.pt", {
    "bits": odd.view(torch.float32),
    **{str(t): (torch.randn(3, 4) * 50).to(t) for t in
       (torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8,
        torch.uint8, torch.bool)},
    "scalar": torch.tensor(1.5),
    "empty": torch.zeros(0, 3),
    "large": torch.tensor([2 ** 62 + 1, -2 ** 63]),
})

base = torch.arange(24.0).reshape(2, 3, 4)
base[0, 1, 2] = odd.view(torch.float32)[1]
half = torch.randn(5, 6).half()
wide = torch.arange(10, dtype=torch.int64)
expected["views.pt"] = save("views.pt", {
    "base": base, "same": base, "slice": base[1:, 1], "transposed": base.permute(2, 0, 1), "steps": base[..., ::2],
    "expanded": torch.tensor([1.0, 2.0])[:, None].expand(2, 3), "element": base[1, 2, 3], "half": half.t(),
    "every third": wide[1::3], "reshaped": base.view(6, 4),
})

nested = OrderedDict([("z", 1), ("a", {"deep": [1, 2.5, None, True, False, "text é漢😀", (1, (2, 3)), {}, [], ()]})])
nested.update({7: "number as key", "big": 2 ** 80, "negative": -2 ** 70, "int": -5, "word": 70000, "inf": math.inf,
               "size": torch.Size([2, 3]), "device": torch.device("cuda", 1), "dtype": torch.bfloat16,
               "long": "x" * 70000, "many": {f"key {i}": i for i in range(3000)}})
expected["nested.pt"] = save("nested.pt", nested)

model = torch.nn.Sequential(torch.nn.Linear(5, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 2))
expected["module.pt"] = save("module.pt", model.state_dict())
expected["parameter.pt"] = save("parameter.pt", {"weight": model[0].weight})

# an optimiser after three steps, and what a fourth one with the stored gradients makes of the parameters
parameters = [torch.nn.Parameter(torch.randn(4, 3)), torch.nn.Parameter(torch.randn(5))]
optimizer = torch.optim.AdamW(parameters, lr=3e-3, weight_decay=0.05)


def step():
    for p in parameters:
        p.grad = torch.randn_like(p)
    optimizer.step()


for _ in range(3):
    step()
trained = {"model_state_dict": {"a": parameters[0], "b": parameters[1]}, "optimizer_state_dict": optimizer.state_dict(),
           "epoch": 2, "best_val_f1": 0.5, "val_metrics": {"f1": 0.5, "eob_mean": None}}
expected["optimizer.pt"] = save("optimizer.pt", trained)
step()
fourth = {"gradients": [p.grad.reshape(-1).tolist() for p in parameters],
          "parameters": [p.detach().reshape(-1).tolist() for p in parameters]}

torch.save(nested, f"{folder}/before-1.6.pt", _use_new_zipfile_serialization=False)
torch.jit.script(torch.nn.Linear(2, 2)).save(f"{folder}/script.pt")
torch.save({"model": torch.nn.Linear(2, 2)}, f"{folder}/pickled-module.pt")
torch.save({"sparse": torch.eye(3).to_sparse()}, f"{folder}/sparse.pt")
torch.save({"a": 1}, f"{folder}/protocol-4.pt", pickle_protocol=4)

print(json.dumps({"files": expected, "fourth": fourth}))
