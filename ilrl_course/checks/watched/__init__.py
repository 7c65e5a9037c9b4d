"""Stages for answers under test: small worlds, networks and experts that note what is done with them."""
