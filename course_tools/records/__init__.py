"""What is measured and kept: benchmarks and results, with their origin."""
