"""Fits identity_confidence on homes with known truth, or measures it on others.

    python -m benchmarks.reliability fit HOME ...
    python -m benchmarks.reliability show NAME=HOME ...

A home is one in which `omni run` has published and that has its labels, as `benchmarks.homes --keep`
leaves it. `fit` prints the coefficients for omni_identity/identity/confidence.py. `show` measures what
was published, and what the warehouse has of pairs and blocking, and writes docs/reliability.md and its
picture; customers of homes of one name are taken together (pairs are the first one's), the first two
names are drawn. Show other homes than those that were fitted on.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

import polars as pl

from benchmarks.reliability.curve import measure_reliability
from benchmarks.reliability.customers import read_customers
from benchmarks.reliability.fitting import fit_calibration
from benchmarks.reliability.pairs import PairReliability, read_pairs
from benchmarks.reliability.report import write_report
from benchmarks.reliability.report_pairs import say_pairs

DOCS = Path(__file__).resolve().parents[2] / "docs"
FITTED_ON = (
    "Its four coefficients were fitted on two demo retailers of 20,000 customers (seeds 11 and 12);"
    " nothing on this page was used to fit them."
)
COMMAND = """\
for seed in 11 12 101 102; do
    python -m benchmarks.homes demo --customers 20000 --seed $seed --keep homes/demo$seed
done
python -c "
import sys
from pathlib import Path
from benchmarks.accuracy.data_sets import find_data_sets
for name, write in find_data_sets(Path(sys.argv[1]), 0).items():
    name == 'demo' or write(Path('homes') / name)" "$data_sets"  # the folder that they lie in
for name in households anonlink_5party fake_1000 febrl3_without_soc_sec_id febrl4_without_soc_sec_id; do
    omni run --home homes/$name
done
python -m benchmarks.reliability fit homes/demo11 homes/demo12
python -m benchmarks.reliability show "demo retailer=homes/demo101" "demo retailer=homes/demo102" \\
    households=homes/households anonlink_5party=homes/anonlink_5party fake_1000=homes/fake_1000 \\
    febrl3=homes/febrl3_without_soc_sec_id febrl4=homes/febrl4_without_soc_sec_id"""


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("fit").add_argument("homes", nargs="+", type=Path, metavar="HOME")
    show = commands.add_parser("show")
    show.add_argument("homes", nargs="+", metavar="NAME=HOME")
    show.add_argument("--into", type=Path, default=DOCS, help="folder of the page")
    arguments = parser.parse_args()
    if arguments.command == "fit":
        print(fit_calibration([read_customers(home) for home in arguments.homes]))
        return
    named: dict[str, list[pl.DataFrame]] = defaultdict(list)
    pairs: dict[str, PairReliability] = {}
    for argument in arguments.homes:
        name, _, home = argument.partition("=")
        named[name].append(read_customers(Path(home)))
        pairs.setdefault(name, read_pairs(Path(home)))
    measured = {name: measure_reliability(pl.concat(frames)) for name, frames in named.items()}
    for name, reliability in measured.items():
        print(f"{name}: {reliability.count:,} customers, calibration error {reliability.error:.4f}")
    for name, of_pairs in pairs.items():
        print(f"{name}: {say_pairs(of_pairs)}")
    write_report(measured, pairs, COMMAND, FITTED_ON, arguments.into)


if __name__ == "__main__":
    main()
