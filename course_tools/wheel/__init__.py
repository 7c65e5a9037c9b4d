"""What stands behind `ilrl-course`, the command of the installed package, where there is no repository."""
