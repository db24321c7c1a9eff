"""One settings module per process. Everything is read from the environment here and nowhere else."""
