"""What must be true of a built candidate before it is published: each check a sentence, each able to fail."""

from omni_identity.publish.checks.audit import CHECKS, audit_candidate
from omni_identity.publish.checks.check import Audit, Check, CheckResult, Facts, Finding

__all__ = ["CHECKS", "Audit", "Check", "CheckResult", "Facts", "Finding", "audit_candidate"]
