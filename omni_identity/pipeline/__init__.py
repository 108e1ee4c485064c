"""The pipeline: the one ordered list of steps, what a step is, and the one runner that executes it.

CLI, Dagster, tests, retraining and both engines run what stands here. What a step does belongs into the
rooms below; here stand its name, the tables that it reads and writes, and the settings that it depends on.
"""
