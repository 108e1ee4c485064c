"""Accuracy of omni_identity, bare Splink and GoldenMatch on the same data, judged by one evaluator."""
