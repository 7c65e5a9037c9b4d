"""Writing lines and PPO on them as plain PyTorch: one loop over characters, nothing of the course's."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.distributions import Categorical
from torch.nn.functional import one_hot

NUM_CHARACTERS, END = 28, 27  # a to z, space, end
MAX_LENGTH, WINDOW = 16, 8
LETTERS = "abcdefghijklmnopqrstuvwxyz "


@dataclass(frozen=True)
class Lines:
    """N lines, padded to T characters; behind a line's end nothing is alive."""

    obs: Tensor  # (T, N, WINDOW * NUM_CHARACTERS): the last characters before each one
    characters: Tensor  # (T, N)
    log_probs: Tensor  # (T, N)
    alive: Tensor  # (T, N) bool

    @property
    def num_tokens(self) -> int:
        """The characters that were written, ends included."""
        return int(self.alive.sum())

    def texts(self) -> list[str]:
        """The lines without their ends."""
        rows = zip(self.characters.T.tolist(), self.alive.T.tolist(), strict=True)
        return [
            "".join(LETTERS[code] for code, lives in zip(*row, strict=True) if lives and code != END)
            for row in rows
        ]


def write(network: nn.Module, num_lines: int) -> Lines:
    """Write lines side by side, until the last one has ended."""
    seen = torch.full((num_lines, WINDOW), -1)  # -1: nothing is written
    alive = torch.ones(num_lines, dtype=torch.bool)
    steps = []
    while alive.any() and len(steps) < MAX_LENGTH:
        obs = one_hot(seen + 1, NUM_CHARACTERS + 1)[:, :, 1:].flatten(1).float()
        with torch.no_grad():
            distribution = Categorical(logits=network(obs))
            characters = distribution.sample()
            log_probs = distribution.log_prob(characters)
        steps.append((obs, characters, log_probs, alive))
        seen = torch.cat([seen[:, 1:], characters[:, None]], dim=1)
        alive = alive & (characters != END)
    return Lines(*map(torch.stack, zip(*steps, strict=True)))


def improve(network, critic, reference, taste: Callable, config, num_lines: int, beta: float) -> int:
    """PPO with a KL tie, as tutorials write it; returns how many characters it learned from."""
    optimizer = torch.optim.Adam([*network.parameters(), *critic.parameters()], lr=config.learning_rate)
    num_tokens = 0
    for _ in range(config.num_iterations):
        lines = write(network, num_lines)
        num_tokens += lines.num_tokens
        with torch.no_grad():
            values = critic(lines.obs).squeeze(-1) * lines.alive  # (T, N)
            wanted = Categorical(logits=reference(lines.obs)).log_prob(lines.characters)
        rewards = -beta * (lines.log_probs - wanted) * lines.alive
        last = lines.alive.sum(0) - 1
        rewards[last, torch.arange(num_lines)] += torch.as_tensor(taste(lines.texts()), dtype=torch.float32)
        advantages = _advantages(rewards, values, lines.alive, config)
        columns = lines.obs, lines.characters, lines.log_probs, advantages, advantages + values
        data = [column[lines.alive] for column in columns]
        for _ in range(config.num_epochs):
            for rows in torch.randperm(len(data[0])).split(config.minibatch_size):
                _step(network, critic, optimizer, [column[rows] for column in data], config)
    return num_tokens


def _advantages(rewards: Tensor, values: Tensor, alive: Tensor, config) -> Tensor:
    result, following, next_value = torch.zeros_like(rewards), 0.0, 0.0
    for t in reversed(range(len(rewards))):
        delta = rewards[t] + config.gamma * next_value - values[t]
        following = (delta + config.gamma * config.gae_lambda * following) * alive[t]
        result[t], next_value = following, values[t]
    return result


def _step(network, critic, optimizer, batch, config) -> None:
    obs, characters, old_log_probs, advantages, returns = batch
    advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
    ratio = (Categorical(logits=network(obs)).log_prob(characters) - old_log_probs).exp()
    clipped = ratio.clamp(1 - config.clip_coef, 1 + config.clip_coef)
    loss = -torch.min(ratio * advantages, clipped * advantages).mean()
    loss = loss + config.vf_coef * (critic(obs).squeeze(-1) - returns).square().mean()
    optimizer.zero_grad()
    loss.backward()
    for part in (network, critic):
        nn.utils.clip_grad_norm_(part.parameters(), config.max_grad_norm)
    optimizer.step()
