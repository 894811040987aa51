"""The files of `deploy/`: each is given to the program it is written for, with its paths led to a private folder."""
