"""Dagster around the pipeline: assets generated from the steps, checks, the component, jobs and sensors."""
