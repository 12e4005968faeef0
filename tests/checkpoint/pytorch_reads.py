"""Loads a checkpoint of this project in PyTorch and prints what came of it."""
import json
import sys
import warnings

import torch

warnings.simplefilter("ignore")
job = json.load(open(sys.argv[1]))
result = {"version": torch.__version__}


def load(path):
    try:
        return torch.load(path, weights_only=True, map_location="cpu")
    except Exception as error:  # PyTorch 1.13's restricted reader knows no floats: not even its own optimisers load
        if not torch.__version__.startswith("1.13"):
            raise
        assert "Unsupported operand 71" in str(error), error
        return torch.load(path, map_location="cpu")


def describe(value):
    if isinstance(value, torch.Tensor):
        flat = value.detach().contiguous().reshape(-1)
        if flat.dtype == torch.bool:
            flat = flat.to(torch.uint8)
        if flat.dtype == torch.bfloat16:
            flat = flat.view(torch.int16)
        return {"dtype": str(value.dtype)[len("torch."):], "shape": list(value.shape), "hex": flat.numpy().tobytes().hex()}
    if isinstance(value, dict):
        return {str(key): describe(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [type(value).__name__] + [describe(item) for item in value]
    return [type(value).__name__, str(value)]


if "describe" in job:
    loaded = load(job["describe"])
    result["value"] = describe(loaded)
    result["tied"] = loaded["tied"].data_ptr() == loaded["float32"].data_ptr()

if "optimizer" in job:
    saved = load(job["optimizer"]["file"])
    names = list(saved["model_state_dict"])
    parameters = [torch.nn.Parameter(saved["model_state_dict"][name].clone()) for name in names]
    optimizer = torch.optim.AdamW(parameters, lr=1.0)
    steps = job["optimizer"]["schedule"]
    scheduler = torch.optim.lr_scheduler.SequentialLR(
        optimizer,
        [torch.optim.lr_scheduler.LinearLR(optimizer, 0.1, 1.0, steps["warmup"]),
         torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps["total"] - steps["warmup"], eta_min=1e-6)],
        milestones=[steps["warmup"]])
    optimizer.load_state_dict(saved["optimizer_state_dict"])
    scheduler.load_state_dict(saved["scheduler_state_dict"])
    for parameter, gradient in zip(parameters, job["optimizer"]["gradients"]):
        parameter.grad = torch.tensor(gradient).reshape(parameter.shape)
    rates = [optimizer.param_groups[0]["lr"]]
    optimizer.step()
    result["parameters"] = [p.detach().reshape(-1).tolist() for p in parameters]
    result["steps"] = sorted({int(state["step"]) for state in optimizer.state.values()})
    while len(rates) < steps["total"] - job["optimizer"]["done"]:
        scheduler.step()
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
    result["rates"] = rates

if "schedulers" in job:
    result["schedulers"] = []
    for case in job["schedulers"]:
        optimizer = torch.optim.AdamW([torch.nn.Parameter(torch.zeros(1))], lr=case["lr"])
        if case["kind"] == "linear":
            scheduler = torch.optim.lr_scheduler.LinearLR(optimizer, 0.1, 1.0, case["warmup"])
        else:
            scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, case["total"], eta_min=1e-6)
        optimizer.param_groups[0]["lr"] = case["rate"]
        scheduler.load_state_dict(case["state"])
        rates = [case["rate"]]
        while len(rates) < case["total"] - case["done"]:
            optimizer.step()
            scheduler.step()
            rates.append(optimizer.param_groups[0]["lr"])
        result["schedulers"].append(rates)

if "detector" in job:
    sys.path.insert(0, job["reference"])
    import table_detector

    saved = load(job["detector"]["file"])
    model = table_detector.TableDetector(table_detector.DetectorConfig(**job["detector"]["config"]))
    model.load_state_dict(saved["model_state_dict"], strict=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)
    optimizer.load_state_dict(saved["optimizer_state_dict"])
    model.eval()
    golden = job["detector"]["golden"]
    x = torch.zeros(golden["input_shape"]).reshape(-1)
    x[golden["input_nonzero"]] = 1.0
    valid = torch.tensor(golden["valid"]["data"]).reshape(golden["valid"]["shape"]) > 0
    with torch.no_grad():
        logits, boxes = model(x.reshape(golden["input_shape"]), valid)
    result["logits"] = [t.reshape(-1).tolist() for t in logits]
    result["boxes"] = [t.reshape(-1).tolist() for t in boxes]

print(json.dumps(result))
