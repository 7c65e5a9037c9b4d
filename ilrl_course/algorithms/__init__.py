"""The algorithms, in reading order: bc, dagger, dart, maxent_irl, adversarial (gail, airl), ppo, finetune.

Each has the same parts in the same order: a config, a loss, one update in place, and a training generator
that yields metrics. What several of them share stands beside them: advantages, experience, evidence,
absorbing.
"""
