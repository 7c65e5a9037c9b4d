"""The course for a class: JupyterHub, where each student has a server, a folder and limits of their own."""
