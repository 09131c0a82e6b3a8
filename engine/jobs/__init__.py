"""Durable jobs: ordered from the engine, run by a worker process that may die at any moment.

The order is a row of the catalogue. A worker hands it to DBOS, which sees that each job is run to
its end once; only `engine.jobs.queue` knows DBOS, and only the worker's process loads it.
"""
