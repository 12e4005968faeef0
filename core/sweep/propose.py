"""Asks Optuna for the values of a sweep's next trial.

Reads one JSON object per line on standard input and answers each with one on standard output, until the input
ends. The journal is only read: trials that run are known to the sampler, and the agent that asked writes the
new trial.

in:  {"journal": path, "study": name, "sampler": "tpe" | "gp" | "cmaes", "seed": number,
      "space": {name: distribution as JSON text}}
out: {"internal": {name: number}, "system_attributes": {name: value}}
"""

import json
import sys
import warnings

import optuna
from optuna.distributions import json_to_distribution
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)


def sampler_of(name, seed):
    if name == "gp":
        return optuna.samplers.GPSampler(seed=seed)
    if name == "cmaes":
        return optuna.samplers.CmaEsSampler(seed=seed)
    # Trials that run count as bad ones, so that agents do not all try the same place.
    return optuna.samplers.TPESampler(seed=seed, constant_liar=True)


def answer(asked, storage):
    known = optuna.load_study(study_name=asked["study"], storage=storage)
    copy = optuna.create_study(
        directions=known.directions, sampler=sampler_of(asked["sampler"], asked["seed"])
    )
    copy.add_trials(known.get_trials(deepcopy=False))
    space = {name: json_to_distribution(text) for name, text in asked["space"].items()}
    trial = copy.ask(space)
    frozen = copy.trials[trial.number]
    internal = {name: space[name].to_internal_repr(value) for name, value in frozen.params.items()}
    return {"internal": internal, "system_attributes": frozen.system_attrs}


def main():
    storage = None
    for line in sys.stdin:
        asked = json.loads(line)
        storage = storage or JournalStorage(JournalFileBackend(asked["journal"]))
        print(json.dumps(answer(asked, storage)), flush=True)


main()
