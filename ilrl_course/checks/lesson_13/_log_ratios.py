"""What the checks of the reward that ties and of DPO's loss share: hints about log-ratios and beta."""

NOT_FLAT = (
    "a policy takes observations (B, obs_dim), and its log_prob actions (B,). Flatten both by flatten(0, 1), "
    "and reshape what comes out."
)
BETA_FIXED = "beta is fixed, or bounded. Use the one that is passed in."
BETA_ON_ONE = (
    "beta multiplies the policy's log-probability only, or the reference's. It multiplies the whole "
    "difference."
)
WEIGHED = (
    "each log-ratio is multiplied by a probability. Only the action that was taken counts: take its "
    "plain log-ratio."
)
CENTERED = "the log-ratios are centered or normalized. Take them as they are."
FIXED_BETAS = (0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 3.0)  # the lesson's, and what is typed by habit
