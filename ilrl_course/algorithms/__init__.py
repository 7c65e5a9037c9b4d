"""The algorithms, in reading order: bc, dagger, dart, maxent_irl, adversarial (gail, airl), ppo, finetune.

Then recipes, which put them together under a budget; mixture, flow and chunks, for many right ways; and
preferences, kl_reward, dpo and best_of_n, which learn from people's choices between whole episodes; and
choose_tie, which picks one of several policies by few judgments.

Each has the same parts in the same order: a config, a loss, one update in place, and a training generator
that yields metrics. What several of them share stands beside them: advantages, experience, evidence,
absorbing, settling, standards.
"""
