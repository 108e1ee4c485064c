"""Fits identity_confidence on homes with known truth, or measures it on others.

    python -m benchmarks.reliability fit HOME ...
    python -m benchmarks.reliability show NAME=HOME ...

A home is one in which `omni run` has published and that has its labels, as `benchmarks.homes --keep`
and `benchmarks.accuracy --homes` leave it. `fit` prints the coefficients for
omni_identity/identity/confidence.py. `show` measures what was published, and what the warehouse has of
pairs and blocking, and writes docs/reliability.md and its picture; customers of homes of one name are
taken together (pairs are the first one's), the first two names are drawn. Show other homes than those
that were fitted on.
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
    "Its five coefficients were fitted on two demo retailers of 6,000 customers (seeds 11 and 12) and on the"
    " generated sets historical, family_mailboxes, repeated_guests, five_channels_moves and five_sources; no other"
    " set of this page was used."
)
COMMAND = """\
python -m benchmarks.accuracy "$data_sets" --tools ours --homes homes --data anonlink_5party fake_1000 \\
    family_mailboxes febrl4_without_soc_sec_id five_channels_moves five_sources historical households \\
    repeated_guests  # the folder that they lie in
python -m benchmarks.homes demo --customers 6000 --seed 101 --keep homes/demo
for seed in 11 12; do
    python -m benchmarks.homes demo --customers 6000 --seed $seed --keep fitted/demo$seed
done
python -m benchmarks.reliability fit fitted/demo11 fitted/demo12 homes/historical homes/family_mailboxes \\
    homes/repeated_guests homes/five_channels_moves homes/five_sources
python -m benchmarks.reliability show "demo retailer=homes/demo" households=homes/households \\
    $(ls homes | grep -v -e demo -e households | sed 's#.*#&=homes/&#')"""


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
