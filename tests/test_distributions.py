"""Our two distributions are torch's own, only faster."""

import pytest
import torch
from torch.distributions import Categorical, Independent, Normal

from ilrl_course.distributions import DiagonalGaussian, Softmax

SCORES = torch.randn(6, 4, generator=torch.Generator().manual_seed(0), requires_grad=True)
MEAN = torch.randn(6, 3, generator=torch.Generator().manual_seed(1), requires_grad=True)
LOG_STD = torch.tensor([0.3, -1.0, 0.0], requires_grad=True)
PAIRS = {
    "discrete": (lambda: Softmax(SCORES), lambda: Categorical(logits=SCORES), (SCORES,)),
    "continuous": (
        lambda: DiagonalGaussian(MEAN, LOG_STD),
        lambda: Independent(Normal(MEAN, LOG_STD.exp().expand_as(MEAN)), 1),
        (MEAN, LOG_STD),
    ),
}


@pytest.mark.parametrize(("ours", "torchs", "parameters"), PAIRS.values(), ids=PAIRS)
class TestAgainstTorch:
    def test_log_prob_and_its_gradient_agree(self, ours, torchs, parameters):
        actions = torchs().sample()
        results = [distribution().log_prob(actions) for distribution in (ours, torchs)]
        torch.testing.assert_close(*results)
        gradients = [torch.autograd.grad(result.sum(), parameters) for result in results]
        torch.testing.assert_close(*gradients)

    def test_entropy_and_its_gradient_agree(self, ours, torchs, parameters):
        results = [distribution().entropy() for distribution in (ours, torchs)]
        torch.testing.assert_close(*results)
        gradients = [
            torch.autograd.grad(result.sum(), parameters, allow_unused=True, materialize_grads=True)
            for result in results
        ]
        torch.testing.assert_close(*gradients)

    def test_mode_and_shapes_agree(self, ours, torchs, parameters):
        torch.testing.assert_close(ours().mode, torchs().mode)
        assert ours().batch_shape == torchs().batch_shape
        assert ours().event_shape == torchs().event_shape
        for shape in (torch.Size(), torch.Size([5])):
            assert ours().sample(shape).shape == torchs().sample(shape).shape

    def test_samples_have_the_same_moments_and_no_gradient(self, ours, torchs, parameters):
        torch.manual_seed(0)
        samples = [distribution().sample(torch.Size([20_000])).float() for distribution in (ours, torchs)]
        assert not samples[0].requires_grad
        for moment in (torch.mean, torch.std):
            torch.testing.assert_close(*(moment(s, dim=0) for s in samples), atol=0.05, rtol=0.05)


def test_samples_of_discrete_actions_follow_their_probabilities():
    torch.manual_seed(0)
    samples = Softmax(SCORES).sample(torch.Size([20_000]))
    frequencies = torch.nn.functional.one_hot(samples, 4).float().mean(0)
    torch.testing.assert_close(frequencies, Softmax(SCORES).probs.detach(), atol=0.015, rtol=0)
