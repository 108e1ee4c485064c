"""The Dagster rim: assets, checks, jobs, schedule and sensor around the functions of nightly."""
